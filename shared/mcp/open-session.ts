import { SSEClientTransport, SseError } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createClient } from './client-handlers.ts'
import { createSession } from './create-session.ts'
import { McpConnectError, McpInitializeError, McpTimeoutError, McpTooLargeError } from './errors.ts'
import type { McpHandlers, McpSession, RequestLimits } from './mcp-session.ts'
import { type HttpTarget, type McpTarget, nameTarget, type StdioTarget } from './mcp-target.ts'
import { createServerFetch, type EventsEnd, type ServerFetch } from './server-fetch.ts'
import { reasonOf } from './session-errors.ts'
import { type ProgramLimits, StdioTransport } from './stdio-transport.ts'
import { trackRequests } from './track-requests.ts'

/** Answers to a first POST by which a server says that it speaks the older SSE transport (MCP 2025-11-25, "Backwards Compatibility"). */
const OLDER_TRANSPORT_STATUSES = new Set([400, 404, 405])
/** A broken stream is asked for again: soon at first, then ever later, and at last the session is given up. */
const STREAM_RECONNECTION = {
  initialReconnectionDelay: 500,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 6,
}
const RECONNECTION_GIVEN_UP = /^Maximum reconnection attempts/

export interface OpenSessionOptions {
  target: McpTarget
  outbound: OutboundGuard
  limits: RequestLimits
  handlers?: McpHandlers
  /** Adds tokens to requests. Gets the `fetch` that it sends its own requests with. */
  authorize?: (send: ServerFetch) => ServerFetch
  /** Headers for what is posted at the moment, over HTTP. */
  extraHeaders?: () => Readonly<Record<string, string>>
  /** Search path and limits of programs. */
  programs?: { path?: string | undefined; limits?: ProgramLimits }
}

/** Connects, agrees on a protocol version and capabilities, and hands over the session. Throws MCP_… and OUTBOUND_… AppErrors. */
export const openSession = async (options: OpenSessionOptions): Promise<McpSession> => {
  const { target } = options
  if (target.transport === 'stdio') return openProgram(options, target)
  if (target.transport === 'sse') return openHttp(options, target, 'sse')
  try {
    return await openHttp(options, target, 'streamable-http')
  } catch (error) {
    const isOlder = error instanceof McpConnectError && OLDER_TRANSPORT_STATUSES.has(statusOf(error.cause) ?? 0)
    if (target.transport !== 'auto' || !isOlder) throw error
    return openHttp(options, target, 'sse').catch((second: unknown) => {
      // What the server said to the transport of today says more than that it does not know the older one.
      throw second instanceof McpConnectError && statusOf(second.cause) !== undefined ? error : second
    })
  }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof StreamableHTTPError || error instanceof SseError ? error.code : undefined

const openProgram = async (options: OpenSessionOptions, target: StdioTarget): Promise<McpSession> => {
  const transport = new StdioTransport({
    target,
    path: options.programs?.path,
    ...(options.programs?.limits && { limits: options.programs.limits }),
  })
  const ending = () => transport.ending
  const abort = (reason: string): void => {
    transport.ending ??= reason
  }
  return connect(options, { transport, kind: 'stdio', ending, pid: () => transport.pid, abort })
}

const openHttp = async (
  options: OpenSessionOptions,
  target: HttpTarget,
  kind: 'streamable-http' | 'sse',
): Promise<McpSession> => {
  const life = new AbortController()
  let ending: string | undefined
  const name = nameTarget(target)
  const end = (reason: string) => {
    ending ??= reason
    tracked?.failAll(reason)
    void transport.close()
  }
  let tracked: ReturnType<typeof trackRequests> | undefined
  const onEventsEnd = ({ method, requestId, isResumable }: EventsEnd): void => {
    // The older transport has one stream for everything, and a new one is a new session of which the server knows nothing.
    if (kind === 'sse' && method === 'GET') end('its stream of events ended')
    else if (requestId !== undefined && !isResumable) tracked?.fail(requestId, 'its stream of events ended')
  }
  const send = createServerFetch({
    outbound: options.outbound,
    signal: life.signal,
    onTooLarge: (what) => end(new McpTooLargeError(name, what).message),
    onEventsEnd,
    extraHeaders: options.extraHeaders,
  })
  const requestInit = { headers: { ...target.headers } }
  const init = { fetch: options.authorize?.(send) ?? send, requestInit }
  const url = new URL(target.url)
  const transport =
    kind === 'sse'
      ? new SSEClientTransport(url, init)
      : new StreamableHTTPClientTransport(url, { ...init, reconnectionOptions: STREAM_RECONNECTION })
  return connect(options, {
    // The library's types do not say that an absent session id is undefined.
    transport: transport as Transport,
    kind,
    pid: () => undefined,
    ending: () => ending,
    abort: (reason) => {
      ending ??= reason
      life.abort()
    },
    track: (made) => {
      tracked = made
    },
    onError: (error) => RECONNECTION_GIVEN_UP.test(error.message) && end('its stream of events cannot be opened again'),
    ...(transport instanceof StreamableHTTPClientTransport && { leave: () => transport.terminateSession() }),
  })
}

interface Connection {
  transport: Transport
  kind: McpSession['transport']
  pid(): number | undefined
  ending(): string | undefined
  /** Ends what is under way on the network. */
  abort(reason: string): void
  track?(tracked: ReturnType<typeof trackRequests>): void
  onError?(error: Error): void
  /** Tells the server that the session is over. */
  leave?(): Promise<void>
}

const connect = async (options: OpenSessionOptions, connection: Connection): Promise<McpSession> => {
  const { limits } = options
  const name = nameTarget(options.target)
  let onToolsChanged: (() => void) | undefined
  const handlers = options.handlers ?? {}
  const client = createClient({
    ...handlers,
    listChanged(list) {
      if (list === 'tools') onToolsChanged?.()
      handlers.listChanged?.(list)
    },
  })
  const tracked = trackRequests(connection.transport, () => connection.ending() ?? 'the connection was closed')
  connection.track?.(tracked)
  client.onerror = (error) => connection.onError?.(error)

  const close = async (reason: string, isPolite: boolean): Promise<void> => {
    tracked.failAll(reason)
    if (isPolite) await connection.leave?.().catch(() => undefined)
    connection.abort(reason)
    await client.close()
  }
  const deadline = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)])
  try {
    await untilAborted(deadline, client.connect(tracked, { timeout: limits.timeoutMs, signal: deadline }))
  } catch (error) {
    // In the background: a program may take its time to leave.
    void close('the session did not open', false)
    limits.signal.throwIfAborted()
    throw toConnectError(name, {
      error,
      timeoutMs: limits.timeoutMs,
      isLate: deadline.aborted,
      ending: connection.ending(),
    })
  }
  let isClosed = false
  client.onclose = () => {
    isClosed = true
  }
  return createSession({
    name,
    client,
    transport: connection.kind,
    pid: connection.pid(),
    protocolVersion: tracked.protocolVersion,
    ending: () => connection.ending() ?? (isClosed ? 'the connection was closed' : undefined),
    onToolsChanged(listener) {
      onToolsChanged = listener
    },
    close: (reason) => (isClosed ? Promise.resolve() : close(reason, true)),
  })
}

const toConnectError = (
  name: string,
  {
    error,
    timeoutMs,
    isLate,
    ending,
  }: { error: unknown; timeoutMs: number; isLate: boolean; ending: string | undefined },
): AppError => {
  if (error instanceof AppError) return error
  if (isLate) return new McpTimeoutError(name, timeoutMs)
  if (statusOf(error) !== undefined) return new McpConnectError(name, reasonOf(error), { cause: error })
  // Everything else that the library throws here concerns what the server answered to `initialize`.
  const isClosed = error instanceof McpError && error.code === ErrorCode.ConnectionClosed
  const isHandshake = (error instanceof McpError && !isClosed) || /protocol version|initialize/i.test(reasonOf(error))
  if (isHandshake) return new McpInitializeError(name, reasonOf(error), { cause: error })
  return new McpConnectError(name, ending ?? reasonOf(error), { cause: error })
}

const untilAborted = <Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const leave = () => reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', leave))
}
