import type { HeaderList } from '#shared/http1/header-list.ts'
import { type HttpRefusal, isRefusal, refusal } from '#shared/http1/http-refusal.ts'
import { METHOD_BYTES_MAX, TARGET_BYTES_MAX } from '#shared/http1/message-limits.ts'
import { isToken, parseHeaderLines } from '#shared/http1/parse-header-lines.ts'

export interface RequestHead {
  method: string
  /** Path and query, with neither authority nor fragment; begins with `/`, or is `*`. */
  target: string
  /** Of HTTP/1. */
  minor: 0 | 1
  headers: HeaderList
}

/** Visible ASCII but `#`: clients send `"`, `<` or `|` unescaped, which leaves only one reading. */
const TARGET = /^[\x21\x22\x24-\x7e]+$/
const ABSOLUTE_FORM = /^https?:\/\/([^/?#@\s]+)([/?].*)?$/i
/** Host and port as RFC 9110, section 7.2 has them; an empty one is allowed. */
const HOST = /^(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/

/**
 * A request's head, from its first byte to before the empty line that ends it, one character a byte. Takes HTTP/1.0 and HTTP/1.1 with
 * lines that end in CRLF and nothing else (RFC 9112, sections 2 to 5).
 */
export const parseRequestHead = (text: string): RequestHead | HttpRefusal => {
  const lines = text.split('\r\n')
  const line = parseRequestLine(lines[0] ?? '')
  if (isRefusal(line)) return line
  const headers = parseHeaderLines(lines, 1)
  if (isRefusal(headers)) return headers
  const hosts = headers.count('host')
  if (hosts > 1) return refusal(400, 'The request has more than one Host header.')
  if (hosts === 0 && line.minor === 1) return refusal(400, 'An HTTP/1.1 request needs a Host header.')
  if (hosts === 1 && !HOST.test(headers.get('host') ?? '')) return refusal(400, 'The Host header names no host.')
  if (line.authority !== undefined) headers.set('Host', line.authority)
  return { method: line.method, target: line.target, minor: line.minor, headers }
}

interface RequestLine {
  method: string
  target: string
  minor: 0 | 1
  /** Of an absolute target; it counts instead of the Host header (RFC 9112, section 3.2.2). */
  authority?: string
}

const parseRequestLine = (line: string): RequestLine | HttpRefusal => {
  const parts = line.split(' ')
  const [method, target, version] = parts
  if (parts.length !== 3 || !method || !target || !version) {
    return refusal(400, 'The request line is not `METHOD target HTTP/1.1`.')
  }
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') return refuseVersion(version)
  if (method.length > METHOD_BYTES_MAX || !isToken(method)) return refusal(400, 'The request has no valid method.')
  const place = parseTarget(target, method)
  return isRefusal(place) ? place : { method, ...place, minor: version === 'HTTP/1.1' ? 1 : 0 }
}

const refuseVersion = (version: string): HttpRefusal =>
  /^HTTP\/\d\.\d$/.test(version)
    ? refusal(505, 'Only HTTP/1.0 and HTTP/1.1 are spoken here.')
    : refusal(400, 'The request line names no HTTP version.')

const parseTarget = (target: string, method: string): Pick<RequestLine, 'target' | 'authority'> | HttpRefusal => {
  if (target.length > TARGET_BYTES_MAX) return refusal(414, `The target has more than ${TARGET_BYTES_MAX} bytes.`)
  if (!TARGET.test(target)) return refusal(400, 'The target has a character that must be percent-encoded.')
  if (target.startsWith('/')) return { target }
  if (target === '*' && method === 'OPTIONS') return { target }
  const absolute = ABSOLUTE_FORM.exec(target)
  if (!absolute || !HOST.test(absolute[1] ?? '')) return refusal(400, 'The target is neither a path nor a URL.')
  const rest = absolute[2] ?? '/'
  return { target: rest.startsWith('?') ? `/${rest}` : rest, authority: absolute[1] ?? '' }
}
