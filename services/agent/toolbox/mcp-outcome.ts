import { SourceError } from '../errors.ts'
import { isFields } from '../wire/read-fields.ts'

/** A reply of the MCP gateway as text for the model. Throws SourceError for one without a code. Pure. */
export const readMcpReply = (reply: unknown): { text: string; failed: boolean } => {
  if (!isFields(reply) || typeof reply.code !== 'number') {
    throw new SourceError('unreadable', 'The reply of the tool server cannot be read.')
  }
  if (reply.code !== 0) {
    return { text: `The tool failed with code ${reply.code}: ${String(reply.message ?? '')}`, failed: true }
  }
  const data = isFields(reply.data) ? reply.data : {}
  const parts = (Array.isArray(data.content) ? data.content.filter(isFields) : []).map(toText)
  const structured = data.structuredContent === undefined ? [] : [JSON.stringify(data.structuredContent)]
  const text = (parts.length > 0 ? parts : structured).join('\n')
  return { text: text || 'The tool gave no output.', failed: data.isError === true }
}

/** What is no text is named, so that the model knows of it. */
const toText = (part: Readonly<Record<string, unknown>>): string => {
  if (part.type === 'text') return String(part.text ?? '')
  if (part.type === 'resource' && isFields(part.resource)) {
    const { text, uri } = part.resource
    return typeof text === 'string' ? text : `(resource ${String(uri ?? '')})`
  }
  if (part.type === 'resource_link') return `(resource ${String(part.uri ?? '')})`
  const mediaType = part.mimeType ?? part.mineType
  return `(${String(part.type)}${typeof mediaType === 'string' ? ` of type ${mediaType}` : ''})`
}
