import { CONTINUATION_KEY, CONTINUE_INSTRUCTION } from '../calls/continuation.ts'
import { toolNameOf } from '../calls/conversation.ts'
import type { ImageData } from '../calls/image-data.ts'
import { asObject, asText, type JsonObject } from '../calls/read-json.ts'
import type { ChatMessage, ChatRequest } from '../chat-model.ts'

/** Longest the vendor takes as a user's id. */
const USER_ID_CHARS_MAX = 32

/**
 * The one frame that a client sends (https://www.xfyun.cn/doc/spark/Web.html). Fields of the model's parameters and of `extra` go to
 * `parameter.chat`, `uid` to the header. The protocol has no messages for tool results, so calls and results are told in words; pictures
 * travel as messages of their own before the text, as the vendor's image understanding wants them. Pure.
 */
export const toSparkFrame = (
  request: ChatRequest,
  options: {
    appId: string
    modelId: string
    parameters: Record<string, unknown>
    images: ReadonlyMap<string, ImageData>
  },
): JsonObject => {
  const { [CONTINUATION_KEY]: _, uid, ...chat } = { ...options.parameters, ...request.extra }
  const texts = request.messages.flatMap((_message, position) => toTexts(request.messages, position, options.images))
  const userId = asText(uid).slice(0, USER_ID_CHARS_MAX)
  return {
    header: { app_id: options.appId, ...(userId === '' ? {} : { uid: userId }) },
    parameter: {
      chat: {
        ...chat,
        domain: options.modelId,
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
        ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
      },
    },
    payload: {
      message: { text: joinTexts([...texts, ...continuationTexts(request.continueFrom)]) },
      ...(request.tools?.length ? { functions: { text: request.tools.map((tool) => ({ ...tool })) } } : {}),
    },
  }
}

const toTexts = (
  messages: readonly ChatMessage[],
  position: number,
  images: ReadonlyMap<string, ImageData>,
): JsonObject[] => {
  const message = messages[position]
  if (!message) return []
  if (message.role === 'tool') {
    return [{ role: 'user', content: `Result of ${toolNameOf(messages, position) || 'the tool'}: ${message.content}` }]
  }
  if (message.role === 'assistant' && message.toolCalls?.length) {
    const calls = message.toolCalls.map((call) => `Called ${call.name} with ${call.arguments}`)
    return [{ role: 'assistant', content: [message.content, ...calls].filter((line) => line !== '').join('\n') }]
  }
  const pictures = (message.images ?? []).flatMap(({ url }) => {
    const data = images.get(url)
    return data ? [{ role: message.role, content: data.base64, content_type: 'image' }] : []
  })
  if (message.content === '') return pictures
  const type = pictures.length > 0 ? { content_type: 'text' } : {}
  return [...pictures, { role: message.role, content: message.content, ...type }]
}

/** Questions and answers must take turns: neighbours of one role become one. Pictures stay apart. */
const joinTexts = (texts: readonly JsonObject[]): JsonObject[] => {
  const joined: JsonObject[] = []
  for (const text of texts) {
    const last = asObject(joined.at(-1))
    const joins = last.role === text.role && last.content_type !== 'image' && text.content_type !== 'image'
    if (joins) last.content = `${last.content}\n\n${text.content}`
    else joined.push({ ...text })
  }
  return joined
}

const continuationTexts = (delivered: string | undefined): JsonObject[] =>
  delivered
    ? [
        { role: 'assistant', content: delivered },
        { role: 'user', content: CONTINUE_INSTRUCTION },
      ]
    : []
