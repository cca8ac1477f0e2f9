import { CONTINUATION_KEY, CONTINUE_INSTRUCTION } from '../calls/continuation.ts'
import { argumentsObject, toolNameOf } from '../calls/conversation.ts'
import type { ImageData } from '../calls/image-data.ts'
import { asObject, type JsonObject } from '../calls/read-json.ts'
import type { ChatMessage, ChatRequest } from '../chat-model.ts'

/** The body of a streaming /api/chat request (https://github.com/ollama/ollama/blob/main/docs/api.md). Pure. */
export const toOllamaBody = (
  request: ChatRequest,
  context: { modelId: string; parameters: Record<string, unknown>; images: ReadonlyMap<string, ImageData> },
): JsonObject => {
  const { [CONTINUATION_KEY]: continuation, ...extra } = { ...context.parameters, ...request.extra }
  const options = {
    ...asObject(context.parameters.options),
    ...asObject(request.extra?.options),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { num_predict: request.maxTokens }),
  }
  const messages = request.messages.map((message, position) =>
    toMessage(message, { name: toolNameOf(request.messages, position), images: context.images }),
  )
  return {
    ...extra,
    model: context.modelId,
    messages: [...messages, ...continuationMessages(request.continueFrom, continuation)],
    ...(request.tools?.length ? { tools: request.tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    stream: true,
  }
}

const toMessage = (
  message: ChatMessage,
  known: { name: string; images: ReadonlyMap<string, ImageData> },
): JsonObject => {
  const images = (message.images ?? []).flatMap(({ url }) => known.images.get(url)?.base64 ?? [])
  return {
    role: message.role,
    content: message.content,
    ...(images.length > 0 ? { images } : {}),
    ...(message.toolCalls?.length
      ? {
          tool_calls: message.toolCalls.map((call) => ({
            id: call.id,
            function: { name: call.name, arguments: argumentsObject(call) },
          })),
        }
      : {}),
    ...(message.role === 'tool' ? { tool_name: known.name, tool_call_id: message.toolCallId ?? '' } : {}),
  }
}

/** With `prefix` the server lets the model go on with its own last message. */
const continuationMessages = (delivered: string | undefined, mode: unknown): JsonObject[] => {
  if (!delivered) return []
  const beginning = { role: 'assistant', content: delivered }
  return mode === 'prefix' ? [beginning] : [beginning, { role: 'user', content: CONTINUE_INSTRUCTION }]
}
