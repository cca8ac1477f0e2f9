import type { Socket } from 'bun'
import { type HttpRefusal, isRefusal } from '#shared/http1/http-refusal.ts'
import { HEAD_BYTES_MAX } from '#shared/http1/message-limits.ts'
import type { KnownKey } from '../known-key.ts'
import type { BodySource } from './body-sink.ts'
import { LINGER_BYTES_MAX } from './http-limits.ts'
import { BodyFailedError, IncomingBody } from './incoming-body.ts'
import { OutgoingBytes } from './outgoing-bytes.ts'
import type { RequestHead } from './parse-request-head.ts'
import { RequestReader } from './request-reader.ts'

/** What a listener does with the requests that come in. */
export interface ClientHandling {
  /** Answers through the request's connection; never throws. */
  serve(request: ClientRequest): void
  /** Bytes that are no request, as the refusal to write. */
  refuse(refusal: HttpRefusal): Uint8Array
  bodyBytesMax: number
  /** True while no connection is to be kept after its answer. */
  isDraining(): boolean
  onClose(connection: ClientConnection): void
}

export interface ClientRequest extends RequestHead {
  body: IncomingBody
  /** It asks to go on as a WebSocket. */
  wantsWebSocket: boolean
  client: ClientConnection
}

type Place = 'head' | 'exchange' | 'tunnel' | 'lingering' | 'closed'

const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')

/**
 * One connection of a client: reads requests strictly, one after the other, and writes their answers in order. Bytes of a further request
 * wait while one is answered (pipelining). A class, since there are tens of thousands and each closure would cost as much as the fields.
 */
export class ClientConnection {
  readonly #socket: Socket<ClientConnection>
  readonly #out: OutgoingBytes
  readonly #handling: ClientHandling
  #place: Place = 'head'
  #request: ClientRequest | undefined
  #heldHead: string | undefined
  #closeAfter = false
  #isPaused = false
  #source: BodySource | undefined
  #onLeft: (() => void) | undefined
  #abort: AbortController | undefined
  #tunnelTo: ((bytes: Buffer) => void) | undefined
  #lingeredBytes = 0
  #address: string | undefined
  readonly #reader = new RequestReader()
  /** Unix milliseconds: when the present wait of this connection began. */
  sinceMs = Date.now()
  /** Of the body, when the present window began. */
  bodyBytesBefore = 0
  /** Why this end cut the connection: the client took nothing, or its key ended. */
  cutBecause: 'stalled' | 'revoked' | undefined
  /** The Authorization header of this connection that was found to hold the root key; see authenticate.ts. */
  rootAuthorization: string | undefined
  /** The one that held an app's credentials, and the key that they were. */
  keyAuthorization: string | undefined
  key: KnownKey | undefined

  constructor(socket: Socket<ClientConnection>, handling: ClientHandling) {
    this.#socket = socket
    this.#out = new OutgoingBytes(socket)
    this.#handling = handling
  }

  get address(): string | undefined {
    this.#address ??= this.#socket.remoteAddress
    return this.#address
  }

  get place(): Place {
    return this.#place
  }

  /** True once the client is gone. */
  get left(): boolean {
    return this.#place === 'closed'
  }

  /** True between requests, with nothing of the next one there. */
  get isIdle(): boolean {
    return this.#place === 'head' && this.#reader.isEmpty
  }

  /** True while we do not read, so that the client cannot be blamed for its pace. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  get body(): IncomingBody | undefined {
    return this.#request?.body
  }

  get blockedSinceMs(): number {
    return this.#out.blockedSinceMs
  }

  /** Aborts when the client leaves before its answer is complete. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.left) this.#abort.abort()
    return this.#abort.signal
  }

  /** Called once if the client leaves before its answer is complete; the last one counts. */
  set onLeft(callback: (() => void) | undefined) {
    this.#onLeft = callback
  }

  /** What gives the present answer's body; it is told when the client reads again. */
  set source(source: BodySource | undefined) {
    this.#source = source
  }

  receive(bytes: Buffer): void {
    if (this.#place === 'tunnel') {
      this.#tunnelTo?.(bytes)
      return
    }
    if (this.#place === 'lingering') {
      this.#throwAway(bytes)
      return
    }
    if (this.#place === 'closed') return
    let rest = bytes
    const body = this.#request?.body
    if (body && !body.ended) {
      const taken = body.push(rest)
      if (!body.ended || taken === rest.length) return
      rest = rest.subarray(taken)
    }
    if (this.#place === 'head') {
      const wasEmpty = this.#reader.isEmpty
      this.#reader.push(rest)
      this.#readNext()
      if (wasEmpty && !this.#reader.isEmpty && this.#place === 'head') this.sinceMs = Date.now()
      return
    }
    this.#reader.push(rest)
    if (this.#reader.size > HEAD_BYTES_MAX) this.pauseReading()
  }

  drained(): void {
    if (!this.#out.drain()) return
    if (this.#place === 'lingering') this.#endWriting()
    else this.#source?.resume()
  }

  ended(): void {
    if (this.#place === 'closed') return
    const isAnswering = this.#place === 'exchange' || this.#place === 'tunnel'
    this.#place = 'closed'
    this.#out.forget()
    this.#reader.takeAll()
    this.#request?.body.fail(new BodyFailedError('left', 'The client left.'))
    this.#handling.onClose(this)
    if (!isAnswering) return
    this.#abort?.abort()
    const onLeft = this.#onLeft
    this.#onLeft = undefined
    onLeft?.()
  }

  #readNext(): void {
    const head = this.#reader.read()
    if (head === undefined) return
    if (isRefusal(head)) {
      this.#refuseHead(head)
      return
    }
    const { method, target, minor, headers, wantsWebSocket } = head
    this.#closeAfter = head.isLast
    const body = new IncomingBody(head.framing, this.#handling.bodyBytesMax, this)
    this.#begin({ method, target, minor, headers, body, wantsWebSocket, client: this })
    if (head.expectsContinue && !body.ended && this.#place === 'exchange') this.#out.write(CONTINUE)
  }

  #begin(request: ClientRequest): void {
    const { body } = request
    this.#request = request
    this.#place = 'exchange'
    if (!body.ended) {
      const bytes = this.#reader.takeAll()
      const taken = bytes ? body.push(bytes) : 0
      if (bytes && taken < bytes.length) this.#reader.push(bytes.subarray(taken))
    }
    this.sinceMs = Date.now()
    this.bodyBytesBefore = 0
    this.#handling.serve(request)
  }

  #refuseHead(problem: HttpRefusal): void {
    this.#out.write(this.#handling.refuse(problem))
    this.#linger()
  }

  /** Says that this answer is the last one of the connection, if it is, in a form that its head can hold. */
  connectionLine(): string {
    const request = this.#request
    if (!request?.body.ended || this.#handling.isDraining()) this.#closeAfter = true
    if (this.#closeAfter) return 'connection: close\r\n'
    return request?.minor === 0 ? 'connection: keep-alive\r\n' : ''
  }

  /** The body's end will be the connection's. */
  closeAfterAnswer(): void {
    this.#closeAfter = true
  }

  /** The head of an answer, empty line included; it goes out with the first bytes of the body, or at its end. */
  writeHead(head: string): void {
    this.#heldHead = head
  }

  /** Sends a head that waits for its body, which may take long to come. */
  flushHead(): void {
    if (this.#heldHead !== undefined) this.write(EMPTY)
  }

  write(bytes: Uint8Array): boolean {
    if (this.left) return true
    const head = this.#heldHead
    if (head === undefined) return this.#out.write(bytes)
    this.#heldHead = undefined
    return this.#out.writeHead(head, bytes)
  }

  /** The answer is over. After a broken one the connection is cut, so that it never looks complete. */
  end(how: 'complete' | 'broken'): void {
    if (this.left) return
    this.flushHead()
    const body = this.#request?.body
    this.#request = undefined
    this.#source = undefined
    this.#onLeft = undefined
    this.#abort = undefined
    if (how === 'broken') {
      this.cut()
      return
    }
    if (this.#closeAfter || (body && !body.ended)) {
      this.#linger()
      return
    }
    this.#place = 'head'
    this.sinceMs = Date.now()
    this.resumeReading()
    if (!this.#reader.isEmpty) this.#readNext()
  }

  /** From here on bytes go both ways as they come. What the client sent already is given first. */
  tunnel(to: (bytes: Buffer) => void): void {
    this.#place = 'tunnel'
    this.#tunnelTo = to
    const pending = this.#reader.takeAll()
    if (pending) to(pending)
  }

  pauseReading(): void {
    if (this.#isPaused || this.left) return
    this.#isPaused = true
    this.#socket.pause()
  }

  resumeReading(): void {
    if (!this.#isPaused || this.left) return
    this.#isPaused = false
    this.#socket.resume()
  }

  /** A head or body that came too slowly. */
  refuseSlow(problem: HttpRefusal): void {
    if (this.#place === 'head') this.#refuseHead(problem)
    else this.#request?.body.fail(new BodyFailedError('malformed', problem.detail))
  }

  /** Ends the connection now. What the kernel has taken still arrives. */
  cut(why?: 'stalled' | 'revoked'): void {
    if (this.left) return
    this.cutBecause = why
    this.#socket.end()
    this.ended()
  }

  /** Ends writing, and reads on for a moment: a close with unread bytes would reset the connection and with it the answer. */
  #linger(): void {
    this.#place = 'lingering'
    this.#reader.takeAll()
    this.resumeReading()
    if (!this.#out.isBlocked) this.#endWriting()
  }

  #endWriting(): void {
    this.sinceMs = Date.now()
    this.#socket.shutdown()
  }

  /** The other end of the tunnel is closed. */
  endTunnel(): void {
    if (this.#place === 'tunnel') this.#linger()
  }

  #throwAway(bytes: Buffer): void {
    this.#lingeredBytes += bytes.length
    if (this.#lingeredBytes > LINGER_BYTES_MAX) this.cut()
  }
}

const EMPTY = Buffer.alloc(0)
