import type { ModelOptions } from './calls/model-options.ts'
import type { ChatModel } from './chat-model.ts'
import { ModelError } from './model-error.ts'
import { createOpenAiChatModel } from './openai/openai-chat-model.ts'
import { createRehearsalModel } from './rehearsal/rehearsal-model.ts'
import type { ModelRow } from './tables.ts'

/** Whose protocol a model speaks. */
export type ProviderName = ModelRow['provider']

export interface ProviderModelOptions extends ModelOptions {
  /** Pause between two words of the rehearsal, which needs nothing else of these options but its name. */
  rehearsal?: { tokenMs: number }
}

const providers: Partial<Record<ProviderName, (options: ProviderModelOptions) => ChatModel>> = {
  openai: createOpenAiChatModel,
  rehearsal: ({ name, rehearsal }) => createRehearsalModel({ name, tokenMs: rehearsal?.tokenMs ?? 0 }),
}

/** A model of the given provider. Throws MODEL_URL_INVALID at once for a URL that its protocol cannot use. */
export const createProviderModel = (provider: ProviderName, options: ProviderModelOptions): ChatModel => {
  const create = providers[provider]
  if (!create) throw new ModelError('MODEL_URL_INVALID', `The protocol ${provider} is not spoken.`)
  return create(options)
}
