import type { HeaderList } from './header-list.ts'
import { isRefusal } from './http-refusal.ts'
import { parseHeaderLines } from './parse-header-lines.ts'

export interface ResponseHead {
  status: number
  /** Text after the status; may be empty. */
  reason: string
  headers: HeaderList
}

const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9][0-9])(?: ([\t\x20-\x7e\x80-\xff]*))?$/

/** A worker's response head without the empty line that ends it, one character a byte; undefined when it is none. */
export const parseResponseHead = (text: string): ResponseHead | undefined => {
  const lines = text.split('\r\n')
  const match = STATUS_LINE.exec(lines[0] ?? '')
  const headers = parseHeaderLines(lines, 1)
  if (!match || isRefusal(headers)) return undefined
  return { status: Number(match[1]), reason: match[2] ?? '', headers }
}
