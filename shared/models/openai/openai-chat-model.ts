import { createAnswerParser } from '../calls/answer-parser.ts'
import { createCalledModel } from '../calls/create-called-model.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { openHttpAnswer } from '../calls/open-http-answer.ts'
import { createItemReader } from '../calls/read-answer-items.ts'
import type { ChatModel } from '../chat-model.ts'
import { chatCompletionsUrl } from './chat-completions-url.ts'
import { readAnswerPart } from './read-answer-part.ts'
import { toRequestBody } from './request-body.ts'

/**
 * A model behind an OpenAI-compatible chat-completions endpoint (https://platform.openai.com/docs/api-reference/chat-streaming).
 * Throws MODEL_URL_INVALID at once for an unusable URL.
 * @param options.url the full chat-completions URL, or its base ending in `/v1`
 */
export const createOpenAiChatModel = (options: ModelOptions): ChatModel => {
  const url = chatCompletionsUrl(options.url)
  const headers = {
    accept: 'text/event-stream, application/json',
    ...(options.apiKey === '' ? {} : { authorization: `Bearer ${options.apiKey}` }),
  }
  // Learned from a refusal: old servers reject the field that asks for usage.
  let includeUsage = true

  return createCalledModel(options, {
    saysItsEnd: false,
    open: (request, signal) =>
      openHttpAnswer(
        {
          fetch: options.fetch,
          url,
          headers,
          body: toRequestBody(request, { ...options, includeUsage }),
          secrets: [options.apiKey],
          limits: options.limits,
          reader: createItemReader(createAnswerParser(), readAnswerPart),
        },
        signal,
      ),
    learnsFrom(error) {
      if (!includeUsage || error.code !== 'MODEL_REFUSED' || !error.message.includes('stream_options')) return false
      includeUsage = false
      return true
    },
  })
}
