import { createAnthropicChatModel } from './anthropic/anthropic-chat-model.ts'
import { messagesUrl } from './anthropic/messages-url.ts'
import type { ModelOptions } from './calls/model-options.ts'
import type { ChatModel } from './chat-model.ts'
import { createGeminiChatModel } from './gemini/gemini-chat-model.ts'
import { generateUrl } from './gemini/generate-url.ts'
import { ollamaChatUrl } from './ollama/chat-url.ts'
import { createOllamaChatModel } from './ollama/ollama-chat-model.ts'
import { chatCompletionsUrl } from './openai/chat-completions-url.ts'
import { createOpenAiChatModel } from './openai/openai-chat-model.ts'
import { createRehearsalModel } from './rehearsal/rehearsal-model.ts'
import { createSparkChatModel, sparkUrl } from './spark/spark-chat-model.ts'
import type { ModelRow } from './tables.ts'

/** Whose protocol a model speaks. */
export type ProviderName = ModelRow['provider']

export interface ProviderModelOptions extends ModelOptions {
  /** Pause between two words of the rehearsal, which needs nothing else of these options but its name. */
  rehearsal?: { tokenMs: number }
}

interface Provider {
  create(options: ProviderModelOptions): ChatModel
  /** The URL that is called, from what people write. Throws MODEL_URL_INVALID. */
  urlOf(url: string, modelId: string): string
}

const providers: Record<ProviderName, Provider> = {
  openai: { create: createOpenAiChatModel, urlOf: chatCompletionsUrl },
  anthropic: { create: createAnthropicChatModel, urlOf: messagesUrl },
  gemini: { create: createGeminiChatModel, urlOf: generateUrl },
  ollama: { create: createOllamaChatModel, urlOf: ollamaChatUrl },
  spark: { create: createSparkChatModel, urlOf: sparkUrl },
  rehearsal: {
    create: ({ name, rehearsal }) => createRehearsalModel({ name, tokenMs: rehearsal?.tokenMs ?? 0 }),
    urlOf: () => '',
  },
}

/** All of them, for lists and tests. */
export const PROVIDER_NAMES = Object.keys(providers) as readonly ProviderName[] // safe: the keys of the record above

/** A model of the given provider. Throws MODEL_URL_INVALID at once for a URL that its protocol cannot use. */
export const createProviderModel = (provider: ProviderName, options: ProviderModelOptions): ChatModel =>
  providers[provider].create(options)

/** The URL that a provider is called at, from what people write; '' for the rehearsal. Throws MODEL_URL_INVALID. */
export const providerUrl = (provider: ProviderName, url: string, modelId: string): string =>
  providers[provider].urlOf(url, modelId)
