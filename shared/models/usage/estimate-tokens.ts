import type { ChatMessage, ChatRequest } from '../chat-model.ts'

/**
 * Four bytes of UTF-8 are a token: about four letters of English, a little more than one character of Chinese. Providers' tokenizers differ by
 * more than this is wrong.
 */
const BYTES_PER_TOKEN = 4
/** What OpenAI counts for a picture of 1024 x 1024 in high detail (https://platform.openai.com/docs/guides/images-vision). */
const IMAGE_TOKENS = 765
/** Role and separators of a message. */
const MESSAGE_TOKENS = 4

export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN)

/** Tokens of a request, for providers that tell none and for budgets before a call. */
export const estimatePromptTokens = (request: ChatRequest): number => {
  const tools = request.tools ? Buffer.byteLength(JSON.stringify(request.tools)) : 0
  const bytes = request.messages.reduce((sum, message) => sum + bytesOf(message), tools)
  const images = request.messages.reduce((sum, { images }) => sum + (images?.length ?? 0), 0)
  return (
    tokensOfBytes(bytes + Buffer.byteLength(request.continueFrom ?? '')) +
    images * IMAGE_TOKENS +
    request.messages.length * MESSAGE_TOKENS
  )
}

const bytesOf = ({ content, toolCalls }: ChatMessage): number =>
  Buffer.byteLength(content) + (toolCalls?.reduce((sum, call) => sum + Buffer.byteLength(call.arguments), 0) ?? 0)
