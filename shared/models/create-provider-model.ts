import type { ChatModel } from './chat-model.ts'
import { createOpenAiChatModel, type OpenAiChatModelOptions } from './openai/openai-chat-model.ts'
import { createRehearsalModel } from './rehearsal/rehearsal-model.ts'

/** Whose protocol a model speaks. */
export type ProviderName = keyof typeof providers

export interface ProviderModelOptions extends OpenAiChatModelOptions {
  /** Pause between two words of the rehearsal, which needs nothing else of these options but its name. */
  rehearsal?: { tokenMs: number }
}

const providers = {
  openai: createOpenAiChatModel,
  rehearsal: ({ name, rehearsal }: ProviderModelOptions) =>
    createRehearsalModel({ name, tokenMs: rehearsal?.tokenMs ?? 0 }),
} as const satisfies Record<string, (options: ProviderModelOptions) => ChatModel>

/** A model of the given provider. Throws MODEL_URL_INVALID at once for a URL that its protocol cannot use. */
export const createProviderModel = (provider: ProviderName, options: ProviderModelOptions): ChatModel =>
  providers[provider](options)
