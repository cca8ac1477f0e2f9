import type { ChatMessage, ChatRequest, ToolDefinition } from '#shared/models/chat-model.ts'
import type { CompletionBody, OpenAiMessage } from './openai-schemas.ts'

/** Fields of a request that are the provider's business, not ours. */
const PASSED_ON = [
  'tool_choice',
  'top_p',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'response_format',
  'parallel_tool_calls',
  'reasoning_effort',
  'logit_bias',
] as const satisfies readonly (keyof CompletionBody)[]

/** The request as our models take it. Pure. */
export const toChatRequest = (body: CompletionBody): Omit<ChatRequest, 'signal'> => {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const extra = Object.fromEntries(
    PASSED_ON.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  )
  return {
    messages: body.messages.map(toChatMessage),
    ...(body.tools?.length ? { tools: body.tools.map(({ function: tool }) => toTool(tool)) } : {}),
    ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

const toChatMessage = (message: OpenAiMessage): ChatMessage => ({
  role: message.role === 'developer' ? 'system' : message.role,
  content: toText(message.content),
  ...imagesOf(message.content),
  ...(message.tool_calls?.length
    ? {
        toolCalls: message.tool_calls.map((call) => ({
          id: call.id,
          name: call.function.name,
          arguments: call.function.arguments,
        })),
      }
    : {}),
  ...(message.tool_call_id === undefined ? {} : { toolCallId: message.tool_call_id }),
})

const toText = (content: OpenAiMessage['content']): string =>
  Array.isArray(content) ? content.map(({ text }) => text ?? '').join('') : (content ?? '')

const imagesOf = (content: OpenAiMessage['content']): Pick<ChatMessage, 'images'> => {
  const parts = Array.isArray(content) ? content : []
  const images = parts.flatMap(({ image_url }) => (image_url === undefined ? [] : [{ url: image_url.url }]))
  return images.length > 0 ? { images } : {}
}

/** The kind of the first part of a message that is neither text nor an image; undefined when there is none. */
export const findUnsupportedPart = (messages: readonly OpenAiMessage[]): string | undefined =>
  messages
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .find(({ type, text, image_url }) => {
      if (type === 'image_url') return image_url === undefined
      return type !== 'text' || text === undefined
    })?.type

const toTool = (tool: NonNullable<CompletionBody['tools']>[number]['function']): ToolDefinition => ({
  name: tool.name,
  description: tool.description ?? '',
  parameters: tool.parameters ?? { type: 'object', properties: {} },
})
