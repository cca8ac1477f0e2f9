import { createCalledModel } from '../calls/create-called-model.ts'
import { loadImages } from '../calls/image-data.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { openHttpAnswer } from '../calls/open-http-answer.ts'
import type { ChatModel } from '../chat-model.ts'
import { createOllamaReader } from './answer-reader.ts'
import { ollamaChatUrl } from './chat-url.ts'
import { toOllamaBody } from './request-body.ts'

/**
 * A model behind Ollama's own API (https://github.com/ollama/ollama/blob/main/docs/api.md). `think`, `keep_alive`, `format` and `options`
 * are passed from the model's parameters or the request's `extra`.
 */
export const createOllamaChatModel = (options: ModelOptions): ChatModel => {
  const url = ollamaChatUrl(options.url)
  const headers = {
    accept: 'application/x-ndjson',
    ...(options.apiKey === '' ? {} : { authorization: `Bearer ${options.apiKey}` }),
  }
  return createCalledModel(options, {
    saysItsEnd: true,
    async open(request, signal) {
      const images = await loadImages(request.messages, options.fetchImage, signal)
      return openHttpAnswer(
        {
          fetch: options.fetch,
          url,
          headers,
          body: toOllamaBody(request, { ...options, images }),
          secrets: [options.apiKey],
          limits: options.limits,
          reader: createOllamaReader(),
        },
        signal,
      )
    },
  })
}
