import { HeaderList } from './header-list.ts'
import { type HttpRefusal, refusal } from './http-refusal.ts'
import { HEADERS_MAX } from './message-limits.ts'

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
    const key = keyOf(name)
    if (key === undefined) return refusal(400, 'A header line has no valid name before its colon.')
    if (CONTROL_CHARACTER.test(line)) return refusal(400, 'A header line has a control character.')
    headers.addRead(name, key, trimBlanks(line, colon + 1))
  }
  return headers
}

/** Names that were checked before: clients use few, and a look into a map costs less than a check. */
const checked = new Map<string, string>()
const CHECKED_MAX = 500
const CHECKED_BYTES_MAX = 64

/** A name in lower case; undefined when it is none. */
const keyOf = (name: string): string | undefined => {
  const known = checked.get(name)
  if (known !== undefined) return known
  if (!TOKEN.test(name)) return undefined
  const key = name.toLowerCase()
  if (checked.size < CHECKED_MAX && name.length <= CHECKED_BYTES_MAX) checked.set(ownCopyOf(name), ownCopyOf(key))
  return key
}

/** A part of a head's text would keep the whole of it in memory. */
const ownCopyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

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
