import { RESUME_HEADER } from '#shared/http/resumable-stream.ts'
import { encodeChunk, LAST_CHUNK } from '#shared/http1/chunk-scanner.ts'
import type { ForwardDependencies } from './forward-request.ts'
import { type OwnFacts, ownLines, toClientLines } from './forwarded-headers.ts'
import { resumeStream } from './resume-stream.ts'
import { beginStream, endStream, type Traffic } from './traffic.ts'
import type { UpstreamWorker } from './upstream-workers.ts'
import type { BodyEnd, BodySink, BodySource } from './wire/body-sink.ts'
import type { ClientConnection, ClientRequest } from './wire/client-connection.ts'
import { reasonOf } from './wire/status-reasons.ts'
import type { UpstreamResponse } from './wire/upstream-response.ts'

export interface RelayedResponse {
  response: UpstreamResponse
  worker: UpstreamWorker
  request: ClientRequest
  requestId: string
  /** Header lines that the client gets in addition to the worker's. */
  moreLines: string
  /** Who asks whom: another worker that goes on with it is told the same. */
  own: OwnFacts
}

/** How a relayed body ended: whole, cut by its worker, left by its client, or cut because its client took nothing or its key ended. */
export type RelayEnd = 'complete' | 'broken' | 'left' | 'stalled' | 'revoked'

/** Is told once how it ended. */
export interface RelayWatcher {
  ended(how: RelayEnd): void
}

/**
 * Passes a worker's response on to the client as it comes; nothing but an event stream that declares itself resumable is looked into, and
 * that goes on when its worker dies. Counts it at its worker and in the traffic until it ends.
 */
export const relayResponse = (
  dependencies: ForwardDependencies,
  relayed: RelayedResponse,
  watcher: RelayWatcher,
): void => {
  const { response, request, own } = relayed
  const { client } = request
  const resumePath = response.status === 200 ? response.headers.get(RESUME_HEADER) : null
  const shape = shapeOf(relayed, resumePath !== null)
  if (shape.closes) client.closeAfterAnswer()
  client.writeHead(headOf(relayed, shape))
  const relay = new Relay(dependencies.traffic, relayed, { encodes: shape.encodes, watcher })
  if (resumePath === null) {
    relay.follow(response)
    response.deliver(relay, shape.raw ? 'framed' : 'data')
  } else {
    const { service } = own
    const lines = () => `host: ${service}\r\n${ownLines(own)}`
    const stream = { service, lines, resumePath, moved: (worker: UpstreamWorker) => relay.move(worker) }
    const source = resumeStream(dependencies, stream, { first: response, sink: relay })
    relay.follow(source)
    source.start()
  }
  client.flushHead()
}

/** One response on its way: takes its body, passes it on, and counts it while it is open. A class, since every request makes one. */
class Relay implements BodySink {
  readonly #traffic: Traffic
  readonly #client: ClientConnection
  readonly #encodes: boolean
  readonly #watcher: RelayWatcher
  readonly #isStream: boolean
  #holder: UpstreamWorker

  constructor(
    traffic: Traffic,
    { response, worker, request }: RelayedResponse,
    options: { encodes: boolean; watcher: RelayWatcher },
  ) {
    this.#traffic = traffic
    this.#client = request.client
    this.#encodes = options.encodes
    this.#watcher = options.watcher
    this.#holder = worker
    this.#isStream = response.isEventStream
    if (this.#isStream) beginStream(traffic, worker)
  }

  /** From where the body comes: it is held back with the client, and given up with it. */
  follow(source: BodySource): void {
    this.#client.source = source
    this.#client.onLeft = () => {
      source.cancel()
      this.#finish(this.#client.cutBecause ?? 'left')
    }
  }

  write(bytes: Uint8Array): boolean {
    return this.#client.write(this.#encodes ? encodeChunk(bytes) : bytes)
  }

  end(how: BodyEnd): void {
    if (how === 'complete' && this.#encodes) this.#client.write(LAST_CHUNK)
    this.#finish(how)
    this.#client.end(how)
  }

  move(next: UpstreamWorker): void {
    this.#holder.streams -= 1
    this.#holder = next
    next.streams += 1
  }

  #finish(end: RelayEnd): void {
    if (this.#isStream) endStream(this.#traffic, this.#holder)
    else this.#holder.requests -= 1
    this.#watcher.ended(end)
  }
}

interface Shape {
  /** The client gets the worker's framing, byte for byte. */
  raw: boolean
  /** The body goes out in chunks that are made here. */
  encodes: boolean
  /** Only the end of the connection tells the end of the body. */
  closes: boolean
}

/** How the body goes to the client. HTTP/1.0 knows no chunks. */
const shapeOf = ({ response, request }: RelayedResponse, isResumable: boolean): Shape => {
  const { kind } = response.framing
  if (kind === 'none' || kind === 'sized') return { raw: true, encodes: false, closes: false }
  if (request.minor === 0) return { raw: false, encodes: false, closes: true }
  const raw = kind === 'chunked' && !isResumable
  return { raw, encodes: !raw, closes: false }
}

const headOf = ({ response, request, requestId, moreLines }: RelayedResponse, shape: Shape): string => {
  const isChunked = shape.encodes || (shape.raw && response.framing.kind === 'chunked')
  return `HTTP/1.1 ${response.status} ${response.reason || reasonOf(response.status)}\r\n${toClientLines(
    response.headers,
    requestId,
  )}${moreLines}${isChunked ? 'transfer-encoding: chunked\r\n' : ''}${request.client.connectionLine()}\r\n`
}

/** Connects a client and its worker for good after a 101: bytes go both ways as they come, each side held back by the other. */
export const relayTunnel = (
  { traffic }: ForwardDependencies,
  { response, worker, request, requestId, moreLines }: RelayedResponse,
  watcher: RelayWatcher,
): void => {
  const { client } = request
  beginStream(traffic, worker)
  const finish = (end: RelayEnd) => {
    endStream(traffic, worker)
    watcher.ended(end)
  }
  client.writeHead(
    `HTTP/1.1 101 Switching Protocols\r\n${toClientLines(response.headers, requestId)}${moreLines}connection: Upgrade\r\nupgrade: websocket\r\n\r\n`,
  )
  client.source = response
  client.onLeft = () => {
    response.cancel()
    finish(client.cutBecause ?? 'left')
  }
  passUpstream(client, response)
  response.deliver(
    {
      write: (bytes) => client.write(bytes),
      end(how) {
        client.onLeft = undefined
        finish(how)
        client.endTunnel()
      },
    },
    'data',
  )
  client.flushHead()
}

const passUpstream = (client: ClientConnection, response: UpstreamResponse): void =>
  client.tunnel((bytes) => {
    if (!response.writeTunnel(bytes, () => client.resumeReading())) client.pauseReading()
  })
