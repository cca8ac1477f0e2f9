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
    const name = nameBefore(line, colon)
    if (name === undefined) return refusal(400, 'A header line has no valid name before its colon.')
    if (CONTROL_CHARACTER.test(line)) return refusal(400, 'A header line has a control character.')
    headers.addRead(name.given, name.key, trimBlanks(line, colon + 1))
  }
  return headers
}

interface FieldName {
  /** As it was sent. */
  given: string
  /** In lower case. */
  key: string
}

/**
 * Names that were checked before, by their length and first character: clients use few. A line is compared with them where it lies, since a
 * name that is cut out of it would cost more than the check.
 */
const checked = new Map<number, FieldName[]>()
const CHECKED_MAX = 500
const CHECKED_BYTES_MAX = 64
let checkedCount = 0

/** The name of a line that has its first colon there; undefined when it is none. */
const nameBefore = (line: string, colon: number): FieldName | undefined => {
  if (colon <= 0) return undefined
  const place = colon * 256 + line.charCodeAt(0)
  const known = checked.get(place)
  if (known) for (const name of known) if (line.startsWith(name.given)) return name
  const given = line.slice(0, colon)
  if (!TOKEN.test(given)) return undefined
  const name = { given, key: given.toLowerCase() }
  if (checkedCount < CHECKED_MAX && colon <= CHECKED_BYTES_MAX) {
    checkedCount += 1
    const kept = { given: ownCopyOf(given), key: ownCopyOf(name.key) }
    if (known) known.push(kept)
    else checked.set(place, [kept])
  }
  return name
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
