import { HeaderList } from './header-list.ts'
import { HEADERS_MAX } from './http-limits.ts'
import { type HttpRefusal, refusal } from './http-refusal.ts'

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Everything below the space but the tab, and DEL: also a carriage return or a line feed that is no line end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTER = /[\0-\x08\x0a-\x1f\x7f]/

export const isToken = (text: string): boolean => TOKEN.test(text)

/**
 * Header lines of a message, from `lines[first]` on, without their ends. Folded lines, spaces before the colon, control characters, and
 * more than HEADERS_MAX lines are refused (RFC 9112, section 5).
 */
export const parseHeaderLines = (lines: readonly string[], first: number): HeaderList | HttpRefusal => {
  if (lines.length - first > HEADERS_MAX) return refusal(431, `The request has more than ${HEADERS_MAX} header lines.`)
  const headers = new HeaderList()
  for (let at = first; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    if (!TOKEN.test(name)) return refusal(400, 'A header line has no valid name before its colon.')
    if (CONTROL_CHARACTER.test(line)) return refusal(400, 'A header line has a control character.')
    headers.add(name, trimBlanks(line, colon + 1))
  }
  return headers
}

const SPACE = 32
const TAB = 9
const isBlank = (code: number): boolean => code === SPACE || code === TAB

/** Only spaces and tabs surround a value; String.trim takes off more. */
const trimBlanks = (line: string, from: number): string => {
  let start = from
  let end = line.length
  while (start < end && isBlank(line.charCodeAt(start))) start += 1
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1
  return line.slice(start, end)
}
