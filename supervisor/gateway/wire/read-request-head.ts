import { type HttpRefusal, isRefusal, refusal } from '#shared/http1/http-refusal.ts'
import { type BodyFraming, requestFraming } from '#shared/http1/message-framing.ts'
import { parseRequestHead, type RequestHead } from './parse-request-head.ts'

/** A head that may be passed on, with what it says about the rest. */
export interface ReadHead extends RequestHead {
  framing: BodyFraming
  /** The client waits for word before it sends its body. */
  expectsContinue: boolean
  /** It asks to go on as a WebSocket. */
  wantsWebSocket: boolean
  /** The client wants no further exchange on this connection. */
  isLast: boolean
}

/** Reads a request's head, one character a byte, without the empty line that ends it. */
export const readRequestHead = (text: string): ReadHead | HttpRefusal => {
  const head = parseRequestHead(text)
  if (isRefusal(head)) return head
  const framing = requestFraming(head.headers, head.minor)
  if (isRefusal(framing)) return framing
  const expectation = head.headers.get('expect')
  if (expectation !== null && expectation.toLowerCase() !== '100-continue') {
    return refusal(417, 'The only expectation met here is 100-continue.')
  }
  const expectsContinue = expectation !== null && head.minor === 1
  const { method, target, minor, headers } = head
  const connection = headers.get('connection')
  const isLast = minor === 1 ? hasToken(connection, 'close') : !hasToken(connection, 'keep-alive')
  const wantsWebSocket = asksForWebSocket(head, framing)
  return { method, target, minor, headers, framing, expectsContinue, wantsWebSocket, isLast }
}

/** RFC 6455, section 4.2.1. Whether the key and the version are right is the worker's business. */
const asksForWebSocket = ({ method, minor, headers }: RequestHead, framing: BodyFraming): boolean =>
  method === 'GET' &&
  minor === 1 &&
  framing.kind === 'none' &&
  headers.get('upgrade')?.toLowerCase() === 'websocket' &&
  hasToken(headers.get('connection'), 'upgrade')

/** True when a comma list names a token; upper and lower case are the same. */
const hasToken = (value: string | null, token: string): boolean => {
  if (value === null) return false
  const lower = value.toLowerCase()
  return lower === token || lower.split(',').some((part) => part.trim() === token)
}
