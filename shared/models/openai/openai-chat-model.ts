import type { Logger } from '#shared/logging/logger.ts'
import type { ChatModel, ChatRequest } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import { pause } from '../pause.ts'
import { askOnce, type FetchModel } from './ask-once.ts'
import { CALL_LIMITS, type CallLimits } from './call-limits.ts'
import { chatCompletionsUrl } from './chat-completions-url.ts'
import { toRequestBody } from './request-body.ts'
import { retryDelayMs } from './retry-policy.ts'

export interface OpenAiChatModelOptions {
  name: string
  /** The full chat-completions URL, or its base ending in `/v1`. */
  url: string
  modelId: string
  /** '' when the endpoint wants none. */
  apiKey: string
  /** Fields of the request body that a request may override. */
  parameters: Record<string, unknown>
  /** The outbound guard's for addresses that users gave, the global one for saved ones. */
  fetch: FetchModel
  logger: Logger
  limits?: CallLimits
}

/**
 * A model behind an OpenAI-compatible chat-completions endpoint (https://platform.openai.com/docs/api-reference/chat-streaming).
 * Asks again only while nothing of the answer was seen. Throws MODEL_URL_INVALID at once for an unusable URL.
 */
export const createOpenAiChatModel = (options: OpenAiChatModelOptions): ChatModel => {
  const limits = options.limits ?? CALL_LIMITS
  const { name, apiKey, fetch } = options
  const endpoint = { name, url: chatCompletionsUrl(options.url), apiKey, fetch, limits }
  // Learned from a refusal: old servers reject the field that asks for usage.
  let includeUsage = true

  /** Resolves when the model may be asked again, with the number of the try. Throws the error when it is final. */
  const beforeNextTry = async (error: unknown, tried: { attempt: number; endsMs: number; signal: AbortSignal }) => {
    const { attempt, endsMs, signal } = tried
    if (!(error instanceof ModelError) || signal.aborted) throw error
    if (includeUsage && error.code === 'MODEL_REFUSED' && error.message.includes('stream_options')) {
      includeUsage = false
      return attempt
    }
    const delayMs = retryDelayMs({ error, attempt, random: Math.random() }, limits)
    if (delayMs === undefined || performance.now() + delayMs >= endsMs) throw error
    options.logger.warn({ model: options.name, code: error.code, attempt, delayMs }, 'model asked again')
    await pause(delayMs, signal)
    return attempt + 1
  }

  return {
    name: options.name,
    async *stream(request: ChatRequest) {
      const { signal, continueFrom = '' } = request
      const totalEndsMs = performance.now() + limits.totalMsMax
      for (let attempt = 1; ; ) {
        let began = false
        try {
          const body = toRequestBody(request, { ...options, includeUsage })
          for await (const delta of askOnce(endpoint, { body, continueFrom, signal, totalEndsMs })) {
            began = true
            yield delta
          }
          return
        } catch (error) {
          if (began) throw error
          attempt = await beforeNextTry(error, { attempt, endsMs: totalEndsMs, signal })
        }
      }
    },
  }
}
