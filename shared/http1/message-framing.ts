import type { HeaderList } from './header-list.ts'
import { type HttpRefusal, refusal } from './http-refusal.ts'
import { isToken } from './parse-header-lines.ts'

/** How the end of a body is known (RFC 9112, section 6). */
export type BodyFraming =
  | { kind: 'none' }
  | { kind: 'sized'; bytes: number }
  | { kind: 'chunked' }
  | { kind: 'until-close' }

const NONE: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }
const UNTIL_CLOSE: BodyFraming = { kind: 'until-close' }
/** Fifteen digits stay exact in a number. */
const LENGTH = /^[0-9]{1,15}$/

/**
 * The framing of a request. Whatever could be read in two ways is refused: both a length and chunks, several lengths even when they are
 * equal, another coding than `chunked` alone, chunks in HTTP/1.0. Request smuggling lives of such messages.
 */
export const requestFraming = (headers: HeaderList, minor: 0 | 1): BodyFraming | HttpRefusal => {
  const coding = headers.get('transfer-encoding')
  const lengths = headers.count('content-length')
  if (coding === null && lengths === 0) return NONE
  if (coding !== null) {
    if (lengths > 0) return refusal(400, 'The request has both Content-Length and Transfer-Encoding.')
    if (minor === 0) return refusal(400, 'HTTP/1.0 has no Transfer-Encoding.')
    if (coding.toLowerCase() === 'chunked') return CHUNKED
    return refuseCoding(coding)
  }
  if (lengths > 1) return refusal(400, 'The request has more than one Content-Length.')
  const length = headers.get('content-length') ?? ''
  if (!LENGTH.test(length)) return refusal(400, 'The Content-Length is no number.')
  return { kind: 'sized', bytes: Number(length) }
}

/** Statuses whose response has no body (RFC 9110, section 6.4.1). */
const isBodiless = (status: number): boolean => status === 204 || status === 304 || status < 200

/** The framing of a worker's response, or undefined when it has none that is valid. */
export const responseFraming = (
  headers: HeaderList,
  facts: { status: number; method: string },
): BodyFraming | undefined => {
  if (facts.method === 'HEAD' || isBodiless(facts.status)) return NONE
  const coding = headers.get('transfer-encoding')
  if (coding !== null) return coding.toLowerCase() === 'chunked' && !headers.has('content-length') ? CHUNKED : undefined
  const length = headers.get('content-length')
  if (length === null) return UNTIL_CLOSE
  return LENGTH.test(length) ? { kind: 'sized', bytes: Number(length) } : undefined
}

const refuseCoding = (coding: string): HttpRefusal => {
  const codings = coding.split(',').map((name) => name.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase())
  const isOrderly = codings.every(isToken) && codings.indexOf('chunked') === codings.length - 1
  return isOrderly
    ? refusal(501, 'The only transfer coding here is chunked.')
    : refusal(400, 'The Transfer-Encoding header is not valid.')
}
