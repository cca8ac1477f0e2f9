import type { Socket } from 'bun'
import { type BodyFraming, responseFraming } from '#shared/http1/message-framing.ts'
import { HEAD_BYTES_MAX } from '#shared/http1/message-limits.ts'
import { parseResponseHead, type ResponseHead } from '#shared/http1/parse-response-head.ts'
import { HeadMemo } from './head-memo.ts'
import { LiveResponse, type ReadResponseHead, type ResponseCarrier } from './live-response.ts'
import { OutgoingBytes } from './outgoing-bytes.ts'
import { releaseBytes } from './release-bytes.ts'
import type { UpstreamResponse } from './upstream-response.ts'

/** No response came: the connection broke, or what came was none. The worker may have done the work. */
export class UpstreamBrokenError extends Error {
  override readonly name = 'UpstreamBrokenError'
}

/** The worker was silent for longer than it may be before its response. */
export class UpstreamSilentError extends Error {
  override readonly name = 'TimeoutError'
}

/** Where a streamed body goes. */
export interface BodyConsumer {
  /** False when the body must stop until it is told to resume. */
  write(bytes: Uint8Array): boolean
  end(): void
  /** The rest will not come. */
  fail(error: Error): void
}

/** A body that is still coming from the client while it goes to the worker. */
export interface StreamedBody {
  start(to: BodyConsumer): void
  resume(): void
  /** The worker does not want the rest. */
  abandon(): void
}

export interface UpstreamRequest {
  method: string
  /** Request line and header lines with the empty line, one character a byte. */
  head: string
  /** The body if it is there whole. */
  whole?: Uint8Array | undefined
  body?: StreamedBody | undefined
  /** The client asked to speak another protocol; only then may the worker answer 101. */
  upgrade: boolean
}

/** Who keeps connections. */
export interface ConnectionOwner {
  /** It may carry another exchange. */
  onIdle(connection: UpstreamConnection): void
  onClose(connection: UpstreamConnection): void
}

/** Who waits for a response. Called back instead of promised, so that a small exchange is over in the very event that brings its response. */
export interface ResponseTaker {
  /** The response's head is there. */
  answered(response: UpstreamResponse): void
  /** There will be none: UpstreamBrokenError, or why the exchange was given up. */
  failed(error: Error): void
}

type Place = 'idle' | 'head' | 'body' | 'closed'

interface Exchange {
  request: UpstreamRequest
  taker: ResponseTaker
  sentAll: boolean
  response: LiveResponse | undefined
}

/** A head with what it says about the body, read once for as long as the worker repeats it. */
interface KnownHead extends ReadResponseHead {
  /** For which method `framing` is. */
  method: string
  framing: BodyFraming | undefined
}

const readHead = (head: ResponseHead): KnownHead => ({
  ...head,
  isLast: /\bclose\b/i.test(head.headers.get('connection') ?? ''),
  isEventStream: head.headers.get('content-type')?.startsWith('text/event-stream') ?? false,
  method: '',
  framing: undefined,
})

const CRLF_CRLF = '\r\n\r\n'
const NOTHING = Buffer.alloc(0)
/** A view costs more than to look whether there is anything to see. */
const restOf = (bytes: Buffer, from: number): Buffer => (from === bytes.length ? NOTHING : bytes.subarray(from))

const handlers = {
  binaryType: 'buffer' as const,
  data(socket: Socket<UpstreamConnection>, bytes: Buffer) {
    socket.data.receive(bytes)
    releaseBytes(bytes)
  },
  drain: (socket: Socket<UpstreamConnection>) => socket.data.drained(),
  close: (socket: Socket<UpstreamConnection>, error?: Error) => socket.data.ended(error),
  error: (socket: Socket<UpstreamConnection>, error: Error) => socket.data.ended(error),
}

/** One connection to a worker, which carries one exchange at a time (RFC 9112, section 9.3). Made by `openUpstream`. */
export class UpstreamConnection implements ResponseCarrier {
  #socket: Socket<UpstreamConnection> | undefined
  #out: OutgoingBytes | undefined
  #place: Place = 'idle'
  #head: Buffer | undefined
  #exchange: Exchange | undefined
  readonly #memo = new HeadMemo<KnownHead>()
  readonly #owner: ConnectionOwner
  /** Unix milliseconds when the last request was sent, or when more of its response's head came. */
  activeAtMs = 0

  constructor(owner: ConnectionOwner) {
    this.#owner = owner
  }

  /** To be called once, with its socket. */
  use(socket: Socket<UpstreamConnection>): void {
    this.#socket = socket
    this.#out = new OutgoingBytes(socket)
  }

  get isClosed(): boolean {
    return this.#place === 'closed'
  }

  /** True while it waits for a response that should have come since `ms`. */
  isSilent(nowMs: number, msMax: number): boolean {
    return this.#place === 'head' && nowMs - this.activeAtMs > msMax
  }

  /** Sends a request on an idle connection, and tells `taker` of the head of its response. */
  send(request: UpstreamRequest, taker: ResponseTaker): void {
    this.#exchange = { request, taker, sentAll: !request.body, response: undefined }
    this.#place = 'head'
    this.activeAtMs = Date.now()
    this.#out?.writeHead(request.head, request.whole)
    request.body?.start({
      write: (bytes) => this.#out?.write(bytes) ?? true,
      end: () => {
        if (this.#exchange?.request === request) this.#exchange.sentAll = true
      },
      fail: (error) => this.fail(error),
    })
  }

  /** Gives up the exchange that waits for its response. */
  fail(error: Error): void {
    const exchange = this.#exchange
    if (this.#place !== 'head' || !exchange) return
    this.#exchange = undefined
    this.close()
    exchange.request.body?.abandon()
    exchange.taker.failed(error)
  }

  close(): void {
    if (this.#place === 'closed') return
    this.#place = 'closed'
    this.#out?.forget()
    this.#socket?.end()
  }

  /** The bytes are the caller's again when this returns: whoever keeps some of them copies them. */
  receive(bytes: Buffer): void {
    if (this.#place === 'head') this.#receiveHead(bytes)
    else if (this.#place === 'body') this.#exchange?.response?.receive(bytes)
    else if (this.#place === 'idle') this.close() // nobody has asked for anything
  }

  drained(): void {
    if (!this.#out?.drain()) return
    this.#exchange?.request.body?.resume()
    this.#exchange?.response?.drained()
  }

  ended(error?: Error): void {
    const place = this.#place
    this.#place = 'closed'
    this.#out?.forget()
    this.#owner.onClose(this)
    const exchange = this.#exchange
    this.#exchange = undefined
    if (!exchange) return
    if (place === 'head') {
      exchange.request.body?.abandon()
      exchange.taker.failed(new UpstreamBrokenError('The connection to the worker broke.', { cause: error }))
    } else exchange.response?.broke(error)
  }

  #receiveHead(bytes: Buffer): void {
    const head = this.#head ? Buffer.concat([this.#head, bytes]) : bytes
    const known = this.#memo.find(head)
    if (known) {
      this.#head = undefined
      this.#answer(known, restOf(head, this.#memo.bytes))
      return
    }
    const end = head.indexOf(CRLF_CRLF)
    if (end < 0) {
      this.#head = head === bytes ? Buffer.from(bytes) : head
      this.activeAtMs = Date.now()
      if (head.length > HEAD_BYTES_MAX) this.#refuse('its head is too large')
      return
    }
    this.#head = undefined
    const parsed = parseResponseHead(head.toString('latin1', 0, end))
    const rest = restOf(head, end + CRLF_CRLF.length)
    if (!parsed) {
      this.#refuse('its head is not valid HTTP')
      return
    }
    if (parsed.status < 200 && parsed.status !== 101) {
      this.activeAtMs = Date.now()
      if (rest.length > 0) this.#receiveHead(rest) // 100 and 103 concern nobody but us
      return
    }
    const read = readHead(parsed)
    this.#memo.keep(head, end + CRLF_CRLF.length, read)
    this.#answer(read, rest)
  }

  #answer(head: KnownHead, rest: Buffer): void {
    const exchange = this.#exchange
    if (!exchange) return
    const isTunnel = head.status === 101
    if (isTunnel && !exchange.request.upgrade) {
      this.#refuse('it changed the protocol unasked')
      return
    }
    const { method } = exchange.request
    if (head.method !== method) {
      head.method = method
      head.framing = isTunnel ? { kind: 'until-close' } : responseFraming(head.headers, { status: head.status, method })
    }
    const { framing } = head
    if (!framing) {
      this.#refuse('its length is not valid')
      return
    }
    this.#place = 'body'
    const response = new LiveResponse(head, framing, this)
    exchange.response = response
    response.hold(rest)
    exchange.taker.answered(response)
    response.keepHeld()
  }

  #refuse(why: string): void {
    this.fail(new UpstreamBrokenError(`The worker's response cannot be passed on: ${why}.`))
  }

  finish(response: LiveResponse, mayGoOn: boolean): void {
    const exchange = this.#exchange
    if (!exchange || exchange.response !== response) return
    this.#exchange = undefined
    if (!exchange.sentAll) exchange.request.body?.abandon()
    if (mayGoOn && !response.isLast && exchange.sentAll && this.#place === 'body') {
      this.#place = 'idle'
      this.#owner.onIdle(this)
    } else this.close()
  }

  pauseReading(): void {
    this.#socket?.pause()
  }

  resumeReading(): void {
    this.#socket?.resume()
  }

  writeTunnel(bytes: Uint8Array): boolean {
    return this.#out?.write(bytes) ?? true
  }
}

/** Dials a worker's unix socket. Rejects with the system's error code when nobody listens there. */
export const openUpstream = async (path: string, owner: ConnectionOwner): Promise<UpstreamConnection> => {
  const connection = new UpstreamConnection(owner)
  connection.use(await Bun.connect<UpstreamConnection>({ unix: path, data: connection, socket: handlers }))
  return connection
}
