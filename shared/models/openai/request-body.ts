import { CONTINUATION_KEY, CONTINUE_INSTRUCTION } from '../calls/continuation.ts'
import { readImage } from '../calls/image-data.ts'
import type { ChatMessage, ChatRequest } from '../chat-model.ts'

/**
 * The body of a streaming chat-completions request. An interrupted answer is continued by instruction, or by `prefix: true` on the delivered
 * text (DeepSeek, Mistral, Qwen) where the model's parameters ask for it. Pure.
 */
export const toRequestBody = (
  request: ChatRequest,
  options: { modelId: string; parameters: Record<string, unknown>; includeUsage: boolean },
): Record<string, unknown> => {
  const { [CONTINUATION_KEY]: continuation, ...extra } = { ...options.parameters, ...request.extra }
  return {
    ...extra,
    model: options.modelId,
    messages: [...request.messages.map(toWireMessage), ...continuationMessages(request.continueFrom, continuation)],
    ...(request.tools?.length ? { tools: request.tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    stream: true,
    ...(options.includeUsage ? { stream_options: { include_usage: true } } : {}),
  }
}

const toWireMessage = (message: ChatMessage): Record<string, unknown> => ({
  role: message.role,
  content: toWireContent(message),
  ...(message.toolCalls?.length
    ? {
        tool_calls: message.toolCalls.map((call) => ({
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        })),
      }
    : {}),
  ...(message.toolCallId === undefined ? {} : { tool_call_id: message.toolCallId }),
})

const toWireContent = (message: ChatMessage): unknown => {
  if (message.images?.length) {
    // A model server inside the network would fetch any address for whoever asks.
    for (const image of message.images) readImage(image)
    const pictures = message.images.map(({ url }) => ({ type: 'image_url', image_url: { url } }))
    return message.content === '' ? pictures : [...pictures, { type: 'text', text: message.content }]
  }
  // An assistant message that only calls tools has no content, and some providers refuse an empty one.
  return message.content === '' && message.toolCalls?.length ? null : message.content
}

const continuationMessages = (delivered: string | undefined, mode: unknown): Record<string, unknown>[] => {
  if (!delivered) return []
  if (mode === 'prefix') return [{ role: 'assistant', content: delivered, prefix: true }]
  return [
    { role: 'assistant', content: delivered },
    { role: 'user', content: CONTINUE_INSTRUCTION },
  ]
}
