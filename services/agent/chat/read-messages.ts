import type { ChatMessage } from '#shared/models/chat-model.ts'
import { InvalidRequestError, missing } from '../wire/invalid-request.ts'
import { type Fields, isFields } from '../wire/read-fields.ts'

/**
 * The conversation of a completion request: user and assistant in turn, the user first and last. Throws InvalidRequestError; the first
 * failing element counts, in the original's order of checks.
 */
export const readMessages = (body: Fields): ChatMessage[] => {
  const { messages } = body
  if (messages === undefined) throw missing('messages')
  if (!Array.isArray(messages)) throw new InvalidRequestError('list_type', 'messages', 'Input should be a valid list')
  if (messages.length === 0) throw missing('messages')
  messages.forEach(requireRoleOrder)
  if (messages.length % 2 === 0) {
    throw new InvalidRequestError('literal_error', 'messages', 'messages must end with user type content')
  }
  return messages.map(toMessage)
}

const requireRoleOrder = (message: unknown, position: number): void => {
  if (!isFields(message)) {
    throw new InvalidRequestError(
      'model_attributes_type',
      position,
      'Input should be a valid dictionary or object to extract fields from',
    )
  }
  if (isEmpty(message.content)) {
    throw new InvalidRequestError('literal_error', 'content', "'content' cannot be empty")
  }
  if (message.role === 'system') {
    throw new InvalidRequestError('literal_error', 'role', "'role' must be user or assistant")
  }
  if (message.role !== roleAt(position)) {
    throw new InvalidRequestError(
      'literal_error',
      'role',
      'messages role order must alternate between user and assistant',
    )
  }
}

/** What Python holds for false. */
const isEmpty = (content: unknown): boolean =>
  !content ||
  (Array.isArray(content) && content.length === 0) ||
  (isFields(content) && Object.keys(content).length === 0)

const roleAt = (position: number): 'user' | 'assistant' => (position % 2 === 0 ? 'user' : 'assistant')

const toMessage = (message: Fields, position: number): ChatMessage => {
  if (typeof message.content !== 'string') {
    throw new InvalidRequestError('string_type', 'content', 'Input should be a valid string')
  }
  return { role: roleAt(position), content: message.content }
}
