import type { ChatModel, ModelDirectory } from '#shared/models/chat-model.ts'
import { unknownModel } from '#shared/models/model-error.ts'
import { openApiKey } from '#shared/models/open-api-key.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ModelReference } from './turn-events.ts'
import { withFallbacks } from './with-fallbacks.ts'

export interface FindModelDependencies {
  models: ModelDirectory
  secrets: SecretBox
}

/** The model that a turn pinned, with those that stand in for it. Throws ModelError or an OUTBOUND_… error when none of them is there. */
export const findModel = async (dependencies: FindModelDependencies, reference: ModelReference): Promise<ChatModel> => {
  const { fallbacks = [] } = reference
  const own = await findOwn(dependencies, reference)
  if (own)
    return withFallbacks(
      own,
      fallbacks.map((name) => () => dependencies.models.byName(name)),
    )
  for (const [index, name] of fallbacks.entries()) {
    const found = await dependencies.models.byName(name)
    const others = fallbacks.slice(index + 1)
    if (found)
      return withFallbacks(
        found,
        others.map((other) => () => dependencies.models.byName(other)),
      )
  }
  throw unknownModel('name' in reference ? reference.name : reference.modelId)
}

const findOwn = async ({ models, secrets }: FindModelDependencies, reference: ModelReference) => {
  if ('name' in reference) return models.byName(reference.name)
  const apiKey = openApiKey(secrets, reference.keySealed)
  return models.inline({ url: reference.url, modelId: reference.modelId, apiKey })
}
