import { APP_HEADER, CALLER_HEADER, type Caller, KEY_HEADER, USER_HEADER } from '#shared/http/caller.ts'
import { RESUME_HEADER } from '#shared/http/resumable-stream.ts'
import type { HeaderList } from '#shared/http1/header-list.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'
import type { TraceContext } from './trace-context.ts'

export const REQUEST_ID_HEADER = 'x-request-id'

/** They speak about one connection only (RFC 9110, section 7.6.1); Connection itself may name more. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A Connection header may not take these away: the next hop could not do without them. */
const NEVER_NAMED = new Set(['host', 'content-length', 'authorization', 'content-type', REQUEST_ID_HEADER])

/** Of a request, in addition: what the gateway says itself. */
const OWN_TO_WORKER = new Set([
  ...['content-length', 'expect'],
  ...[SERVICE_HEADER, CALLER_HEADER, APP_HEADER, USER_HEADER, KEY_HEADER],
  ...[REQUEST_ID_HEADER, 'x-forwarded-for', 'traceparent', 'tracestate'],
])

/** Of them, those that change from request to request: what is kept of the others is the same whatever they hold. */
const OWN_PER_REQUEST: ReadonlySet<string> = new Set([REQUEST_ID_HEADER, 'traceparent', 'tracestate'])

const OWN_OR_HOP = new Set([...OWN_TO_WORKER, ...HOP_BY_HOP])
const OWN_OR_HOP_OR_AUTHORIZATION = new Set([...OWN_OR_HOP, 'authorization'])
const OWN_OR_HOP_OR_CREDENTIALS = new Set([...OWN_OR_HOP_OR_AUTHORIZATION, 'cookie'])

/** Where sessions are kept: no other service gets to see cookies. */
const SESSION_SERVICE = 'tenant'

/** The fields that concern only the connection that a message came by, as a test of a field's lower-case name. */
export const hopByHopOf = (headers: HeaderList): ((key: string) => boolean) => {
  const isNamed = namedBy(headers.get('connection'))
  return isNamed ? (key) => HOP_BY_HOP.has(key) || isNamed(key) : isHopByHop
}

const isHopByHop = (key: string): boolean => HOP_BY_HOP.has(key)

/** Which fields a Connection header takes away in addition; undefined when it is none of those that do. */
const namedBy = (connection: string | null): ((key: string) => boolean) | undefined => {
  if (connection === null || COMMON_CONNECTION.test(connection)) return undefined
  const named = new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
  return (key) => named.has(key) && !NEVER_NAMED.has(key)
}

const COMMON_CONNECTION = /^(keep-alive|close|upgrade)$/i

export interface ForwardFacts {
  service: string
  caller: Caller
  requestId: string
  /** Of this hop. */
  trace: TraceContext
  clientAddress: string | undefined
  /** False on the gateway's own socket: services that call each other keep their Authorization. */
  stripCredentials: boolean
  /** The request asks for a WebSocket. */
  webSocket: boolean
}

/**
 * The client's header lines as a worker shall see them, but for those that frame the body: who calls is what the gateway found, never what
 * the client claims.
 */
export const toWorkerLines = (received: HeaderList, facts: ForwardFacts): string => {
  const address = facts.clientAddress ?? ''
  const keptOf = !facts.stripCredentials
    ? keptOfService
    : facts.service === SESSION_SERVICE
      ? keptOfBrowser
      : keptOfClient
  const kept = received.remember(keptOf, address, OWN_PER_REQUEST)
  const host = received.has('host') ? '' : `host: ${facts.service}\r\n` // HTTP/1.0 needs none, workers do
  return kept + host + ownLines(facts) + (facts.webSocket ? UPGRADE_LINES : '')
}

const keptOfClient = (received: HeaderList, address: string): string =>
  keptLines(received, OWN_OR_HOP_OR_CREDENTIALS) + forwardedLines(received, address)

const keptOfBrowser = (received: HeaderList, address: string): string =>
  keptLines(received, OWN_OR_HOP_OR_AUTHORIZATION) + forwardedLines(received, address)

const keptOfService = (received: HeaderList, address: string): string =>
  keptLines(received, OWN_OR_HOP) + forwardedLines(received, address)

const keptLines = (received: HeaderList, leftOut: ReadonlySet<string>): string => {
  const isNamed = namedBy(received.get('connection'))
  return received.toLines(isNamed ? (key) => leftOut.has(key) || isNamed(key) : (key) => leftOut.has(key))
}

const UPGRADE_LINES = 'connection: Upgrade\r\nupgrade: websocket\r\n'

export type OwnFacts = Pick<ForwardFacts, 'service' | 'caller' | 'requestId' | 'trace'>

/** Who asks whom for what: also enough for the request that goes on with a stream on another worker. */
export const ownLines = ({ service, caller, requestId, trace }: OwnFacts): string =>
  `${SERVICE_HEADER}: ${service}\r\n${CALLER_HEADER}: ${caller.role}\r\n${
    caller.appId ? `${APP_HEADER}: ${caller.appId}\r\n` : ''
  }${caller.userId ? `${USER_HEADER}: ${caller.userId}\r\n` : ''}${caller.keyId ? `${KEY_HEADER}: ${caller.keyId}\r\n` : ''}${REQUEST_ID_HEADER}: ${requestId}\r\ntraceparent: ${trace.traceparent}\r\n${
    trace.tracestate === undefined ? '' : `tracestate: ${trace.tracestate}\r\n`
  }`

const forwardedLines = (received: HeaderList, clientAddress: string): string => {
  const before = received.get('x-forwarded-for')
  if (clientAddress === '') return before === null ? '' : `x-forwarded-for: ${before}\r\n`
  const host = received.get('host')
  return `x-forwarded-for: ${before === null ? clientAddress : `${before}, ${clientAddress}`}\r\n${
    received.has('x-forwarded-proto') ? '' : 'x-forwarded-proto: http\r\n'
  }${host && !received.has('x-forwarded-host') ? `x-forwarded-host: ${host}\r\n` : ''}`
}

const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/

/** The caller's request id when it is harmless in logs and headers, else a new one. */
export const requestIdOf = (headers: Pick<HeaderList, 'get'>): string => {
  const given = headers.get(REQUEST_ID_HEADER)
  return given && SANE_REQUEST_ID.test(given) ? given : Bun.randomUUIDv7()
}

/** A worker's header lines for the client, but for those that frame the body. */
export const toClientLines = (received: HeaderList, requestId: string): string =>
  `${received.remember(keptForClient, '')}${REQUEST_ID_HEADER}: ${requestId}\r\n`

const keptForClient = (received: HeaderList): string => {
  const isLeftOut = hopByHopOf(received)
  const kept = received.toLines((key) => key === REQUEST_ID_HEADER || key === RESUME_HEADER || isLeftOut(key))
  return kept + secureLines(received)
}

/** What every answer of ours carries, unless the service said it itself. */
export const secureLines = (headers: Pick<HeaderList, 'get' | 'has'>): string => {
  let lines = ''
  if (!headers.has('x-content-type-options')) lines += 'x-content-type-options: nosniff\r\n'
  if (!headers.has('referrer-policy')) lines += 'referrer-policy: no-referrer\r\n'
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false
  if (isPage && !headers.has('x-frame-options')) lines += 'x-frame-options: SAMEORIGIN\r\n'
  return lines
}
