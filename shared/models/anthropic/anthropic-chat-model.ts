import { createCalledModel } from '../calls/create-called-model.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { openHttpAnswer } from '../calls/open-http-answer.ts'
import type { ChatModel } from '../chat-model.ts'
import { createMessagesReader } from './answer-reader.ts'
import { messagesUrl } from './messages-url.ts'
import { toMessagesBody } from './request-body.ts'

const API_VERSION = '2023-06-01'
/** How a model says that it takes no beginning of its answer. */
const REFUSES_PREFILL = /prefill|must end with a user message/i

/**
 * A model behind Anthropic's Messages API (https://docs.anthropic.com/en/api/messages). Extended thinking is asked for by the body's own
 * `thinking` field, in the model's parameters or the request's `extra`.
 */
export const createAnthropicChatModel = (options: ModelOptions): ChatModel => {
  const url = messagesUrl(options.url)
  const headers = {
    accept: 'text/event-stream, application/json',
    'anthropic-version': API_VERSION,
    ...(options.apiKey === '' ? {} : { 'x-api-key': options.apiKey }),
  }
  // Learned from a refusal: newer models want the conversation to end with the user.
  let canPrefill = true

  return createCalledModel(options, {
    saysItsEnd: true,
    open: (request, signal) =>
      openHttpAnswer(
        {
          fetch: options.fetch,
          url,
          headers,
          body: toMessagesBody(request, { ...options, canPrefill }),
          secrets: [options.apiKey],
          limits: options.limits,
          reader: createMessagesReader(canPrefill ? (request.continueFrom ?? '') : ''),
        },
        signal,
      ),
    learnsFrom(error) {
      if (!canPrefill || error.code !== 'MODEL_REFUSED' || !REFUSES_PREFILL.test(error.message)) return false
      canPrefill = false
      return true
    },
  })
}
