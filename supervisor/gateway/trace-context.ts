/** The place of a hop in a distributed trace, by the names of its header fields. */
export interface TraceContext {
  /** For the next hop: this trace, with a span of ours as the parent. */
  traceparent: string
  /** What other tracing systems pass along; present only when it came with a valid `traceparent` and is valid itself. */
  tracestate?: string
  /** 32 hexadecimal digits: what problem details and log lines quote. */
  traceId: string
}

/** What came in. A field that came several times is joined by commas, as header lists do. */
export interface ReceivedTrace {
  traceparent?: string | null | undefined
  tracestate?: string | null | undefined
}

/** Digits of random hexadecimal text. */
export type RandomHex = (digits: number) => string

/** `<version>-<trace id>-<parent id>-<flags>`; a version after 00 may append more, behind a dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const INVALID_VERSION = 'ff'
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/** The two flags of version 00: the caller records the trace, and the right half of its id is random. */
const SAMPLED = 0b01
const RANDOM = 0b10

/** Members of a `tracestate`; one more makes the whole field invalid. */
const MEMBERS_MAX = 32
const MEMBER_KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/
/** Printable ASCII without comma and equals sign, not ending with a space. */
const MEMBER_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * Goes on with the trace that a request came with, as a new span; begins a trace when it came with none or with an invalid one. W3C Trace
 * Context, levels 1 and 2 (https://www.w3.org/TR/trace-context/): a version that is not known yet is read by the rules of version 00 and
 * passed on as version 00; flags that are not known are cleared; an invalid `traceparent` takes its `tracestate` along, an invalid
 * `tracestate` goes alone.
 */
export const continueTrace = (received: ReceivedTrace, randomHex: RandomHex = takeRandomHex): TraceContext => {
  const parent = received.traceparent ? parseTraceparent(received.traceparent) : undefined
  if (!parent) {
    const traceId = randomId(randomHex, NO_TRACE)
    return { traceparent: `00-${traceId}-${randomId(randomHex, NO_SPAN)}-${toFlags(SAMPLED | RANDOM)}`, traceId }
  }
  const { traceId, flags } = parent
  const traceparent = `00-${traceId}-${randomId(randomHex, NO_SPAN)}-${toFlags(flags)}`
  const tracestate = received.tracestate ? parseTracestate(received.tracestate) : undefined
  return tracestate === undefined ? { traceparent, traceId } : { traceparent, tracestate, traceId }
}

const parseTraceparent = (text: string): { traceId: string; flags: number } | undefined =>
  text.length === PLAIN_LENGTH && text.startsWith('00-') ? parseVersion00(text) : parseAnyVersion(text)

/** Nearly always. A pattern with groups costs as much as the rest of a request's trace. */
const parseVersion00 = (text: string): { traceId: string; flags: number } | undefined => {
  if (text.charCodeAt(35) !== DASH || text.charCodeAt(52) !== DASH) return undefined
  const flags = hexDigit(text.charCodeAt(54))
  if (flags < 0 || hexDigit(text.charCodeAt(53)) < 0) return undefined
  if (!isId(text, 3, 35) || !isId(text, 36, 52)) return undefined
  return { traceId: text.slice(3, 35), flags: flags & (SAMPLED | RANDOM) }
}

const DASH = 45
/** Of `00-<trace id>-<parent id>-<flags>`. */
const PLAIN_LENGTH = 55

/** True for lower-case hexadecimal digits of which one is not zero. */
const isId = (text: string, from: number, to: number): boolean => {
  let sum = 0
  for (let at = from; at < to; at += 1) {
    const digit = hexDigit(text.charCodeAt(at))
    if (digit < 0) return false
    sum += digit
  }
  return sum > 0
}

/** -1 for what is none. */
const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}

const parseAnyVersion = (text: string): { traceId: string; flags: number } | undefined => {
  const match = TRACEPARENT.exec(text)
  if (!match) return undefined
  const [version, traceId, parentId, flags, rest] = [match[1], match[2], match[3], match[4], match[5]]
  if (version === undefined || traceId === undefined || flags === undefined) return undefined
  if (version === INVALID_VERSION || traceId === NO_TRACE || parentId === NO_SPAN) return undefined
  if (version === '00' && rest !== undefined) return undefined
  const known = version === '00' ? SAMPLED | RANDOM : SAMPLED
  return { traceId, flags: Number.parseInt(flags, 16) & known }
}

/** The members, without empty ones and the space around them; undefined when the field is invalid or has no member. */
const parseTracestate = (text: string): string | undefined => {
  const members: string[] = []
  const keys = new Set<string>()
  for (const part of text.split(',')) {
    const member = part.replace(/^[ \t]+|[ \t]+$/g, '')
    if (member === '') continue
    const equals = member.indexOf('=')
    const key = member.slice(0, Math.max(0, equals))
    if (!MEMBER_KEY.test(key) || !MEMBER_VALUE.test(member.slice(equals + 1)) || keys.has(key)) return undefined
    keys.add(key)
    members.push(member)
    if (members.length > MEMBERS_MAX) return undefined
  }
  return members.length === 0 ? undefined : members.join(',')
}

/** An id as long as `forbidden`, the all-zero one, which means that there is no id. */
const randomId = (randomHex: RandomHex, forbidden: string): string => {
  for (;;) {
    const id = randomHex(forbidden.length)
    if (id !== forbidden) return id
  }
}

/** Both flags fit into one digit. */
const toFlags = (flags: number): string => `0${flags.toString(16)}`

/** Random text is fetched in portions, since a call for each request's few bytes costs more than all the rest of its trace. */
const PORTION_BYTES = 8_192
let portion = ''
let portionAt = 0

const takeRandomHex: RandomHex = (digits) => {
  if (portionAt + digits > portion.length) {
    portion = crypto.getRandomValues(Buffer.alloc(PORTION_BYTES)).toString('hex')
    portionAt = 0
  }
  portionAt += digits
  return portion.slice(portionAt - digits, portionAt)
}
