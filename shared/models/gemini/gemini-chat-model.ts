import { createCalledModel } from '../calls/create-called-model.ts'
import { loadImages } from '../calls/image-data.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { openHttpAnswer } from '../calls/open-http-answer.ts'
import type { ChatModel } from '../chat-model.ts'
import { createGenerateReader } from './answer-reader.ts'
import { generateUrl } from './generate-url.ts'
import { toGenerateBody } from './request-body.ts'

/**
 * A model behind Google's Gemini API (https://ai.google.dev/api/generate-content). Thoughts are shown when the body's own
 * `generationConfig.thinkingConfig` asks for them, in the model's parameters or the request's `extra`.
 */
export const createGeminiChatModel = (options: ModelOptions): ChatModel => {
  const url = generateUrl(options.url, options.modelId)
  const headers = {
    accept: 'text/event-stream, application/json',
    ...(options.apiKey === '' ? {} : { 'x-goog-api-key': options.apiKey }),
  }
  // Learned from a refusal: older servers do not know the field for whole JSON Schemas.
  let schemaField: 'parametersJsonSchema' | 'parameters' = 'parametersJsonSchema'

  return createCalledModel(options, {
    saysItsEnd: true,
    async open(request, signal) {
      const images = await loadImages(request.messages, options.fetchImage, signal)
      return openHttpAnswer(
        {
          fetch: options.fetch,
          url,
          headers,
          body: toGenerateBody(request, { ...options, images, schemaField }),
          secrets: [options.apiKey],
          limits: options.limits,
          reader: createGenerateReader(),
        },
        signal,
      )
    },
    learnsFrom(error) {
      const isUnknown = error.code === 'MODEL_REFUSED' && error.message.includes('parametersJsonSchema')
      if (!isUnknown || schemaField === 'parameters') return false
      schemaField = 'parameters'
      return true
    },
  })
}
