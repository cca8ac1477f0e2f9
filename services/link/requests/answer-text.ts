import { parseExactly } from './exact-json.ts'
import { isTextType } from './media-type.ts'
import type { ToolResponse } from './send-request.ts'

/** What a tool answered: JSON if it is some, whatever its type says; else a text, which for bytes is a `data:` URL. */
export interface ReadAnswer {
  readonly isJson: boolean
  /** For checks and changes. */
  readonly value: unknown
  /** The same with its numbers as they came, for writing. */
  readonly exact: unknown
}

export const readAnswer = ({ mediaType, bytes }: ToolResponse): ReadAnswer => {
  if (!isTextType(mediaType)) {
    const url = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`
    return { isJson: false, value: url, exact: url }
  }
  const text = decodeText(bytes, mediaType)
  try {
    return { isJson: true, value: JSON.parse(text), exact: parseExactly(text) }
  } catch {
    return { isJson: false, value: text, exact: text }
  }
}

const decodeText = (bytes: Uint8Array, mediaType: string): string => {
  const label = /charset="?([^\s;"]+)/i.exec(mediaType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label as Bun.Encoding).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes) // a label that nobody knows
  }
}
