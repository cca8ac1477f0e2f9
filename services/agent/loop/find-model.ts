import type { ChatModel, ModelDirectory } from '#shared/models/chat-model.ts'
import { unknownModel } from '#shared/models/model-error.ts'
import { openApiKey } from '#shared/models/open-api-key.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ModelReference } from './turn-events.ts'

/** The model that a turn pinned. Throws ModelError or an OUTBOUND_… error. */
export const findModel = async (
  dependencies: { models: ModelDirectory; secrets: SecretBox },
  reference: ModelReference,
): Promise<ChatModel> => {
  if ('name' in reference) {
    const model = await dependencies.models.byName(reference.name)
    if (!model) throw unknownModel(reference.name)
    return model
  }
  const apiKey = openApiKey(dependencies.secrets, reference.keySealed)
  return dependencies.models.inline({ url: reference.url, modelId: reference.modelId, apiKey })
}
