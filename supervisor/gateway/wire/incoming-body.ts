import { ChunkError, ChunkScanner, encodeChunk, LAST_CHUNK } from '#shared/http1/chunk-scanner.ts'
import type { BodyFraming } from '#shared/http1/message-framing.ts'
import type { BodyConsumer, StreamedBody } from './upstream-connection.ts'

/** Bytes kept per request so that it can be sent to another worker. A longer body goes through as it comes, to one worker. */
export const REPLAY_BYTES_MAX = 65_536

/** Why a body can no longer be taken. */
export type BodyFailure = 'too-large' | 'malformed' | 'left'

export class BodyFailedError extends Error {
  override readonly name = 'BodyFailedError'
  readonly why: BodyFailure

  constructor(why: BodyFailure, detail: string) {
    super(detail)
    this.why = why
  }
}

/** Stops and restarts reading from the client. */
export interface ClientFlow {
  pauseReading(): void
  resumeReading(): void
}

/** A client's body while it arrives. Short ones are kept whole, so that they can be sent more than once. */
export class IncomingBody implements StreamedBody {
  readonly framing: BodyFraming
  readonly #bytesMax: number
  readonly #flow: ClientFlow
  readonly #chunks: ChunkScanner | undefined
  #left: number
  #parts: Uint8Array[] = []
  /** Data received, in bytes. */
  bytes = 0
  #ended: boolean
  #failure: BodyFailedError | undefined
  #consumer: BodyConsumer | undefined
  #abandoned = false
  #settled: PromiseWithResolvers<void> | undefined

  constructor(framing: BodyFraming, bytesMax: number, flow: ClientFlow) {
    this.framing = framing
    this.#bytesMax = bytesMax
    this.#flow = flow
    this.#left = framing.kind === 'sized' ? framing.bytes : 0
    this.#chunks = framing.kind === 'chunked' ? new ChunkScanner() : undefined
    this.#ended = framing.kind === 'none' || (framing.kind === 'sized' && framing.bytes === 0)
  }

  /** True once the client has sent all of it. */
  get ended(): boolean {
    return this.#ended
  }

  /** True while every byte is still here: it may be sent to one worker after another. */
  get replayable(): boolean {
    return this.#consumer === undefined
  }

  get failure(): BodyFailedError | undefined {
    return this.#failure
  }

  /** Takes what belongs to this body and returns how many bytes that were. */
  push(bytes: Uint8Array): number {
    if (this.#chunks) return this.#pushChunks(bytes, this.#chunks)
    const own = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes
    this.#left -= own.length
    this.#take(own)
    if (this.#left === 0) this.#end()
    return own.length
  }

  #pushChunks(bytes: Uint8Array, chunks: ChunkScanner): number {
    try {
      const { consumed, done } = chunks.scan(bytes, (data) => this.#take(data))
      if (done && !this.#failure) this.#end()
      return consumed
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error
      this.fail(new BodyFailedError('malformed', error.message))
      return bytes.length
    }
  }

  #take(data: Uint8Array): void {
    this.bytes += data.length
    if (this.bytes > this.#bytesMax) {
      this.fail(new BodyFailedError('too-large', 'The body is too large.'))
      return
    }
    if (this.#abandoned || this.#failure) return
    if (this.#consumer) {
      if (!this.#consumer.write(this.#chunks ? encodeChunk(data) : data)) this.#flow.pauseReading()
      return
    }
    this.#parts.push(data)
    if (this.bytes > REPLAY_BYTES_MAX) {
      this.#flow.pauseReading()
      this.#settled?.resolve()
    }
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#consumer) {
      if (this.#chunks) this.#consumer.write(LAST_CHUNK)
      this.#consumer.end()
    }
    this.#settled?.resolve()
  }

  /** No more of it will come, or may come. */
  fail(failure: BodyFailedError): void {
    if (this.#failure || (this.#ended && failure.why === 'left')) return
    this.#failure = failure
    this.#parts = []
    this.#settled?.reject(failure)
    this.#consumer?.fail(failure)
  }

  /** True once the body is whole, or too long to be kept. */
  get isSettled(): boolean {
    return this.#failure === undefined && (this.#ended || this.bytes > REPLAY_BYTES_MAX)
  }

  /** Resolves once it is settled. Rejects with BodyFailedError. */
  settle(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    this.#settled ??= Promise.withResolvers()
    return this.#settled.promise
  }

  /** The whole body in one piece, when it is all there. */
  whole(): Uint8Array | undefined {
    if (!this.#ended) return undefined
    const [first] = this.#parts
    return this.#parts.length > 1 ? Buffer.concat(this.#parts) : first
  }

  start(to: BodyConsumer): void {
    this.#consumer = to
    const parts = this.#parts
    this.#parts = []
    let goesOn = true
    for (const part of parts) goesOn = to.write(this.#chunks ? encodeChunk(part) : part)
    if (this.#ended) {
      if (this.#chunks) to.write(LAST_CHUNK)
      to.end()
    } else if (goesOn) this.#flow.resumeReading()
  }

  resume(): void {
    this.#flow.resumeReading()
  }

  /** What still comes is read and thrown away, by whoever owns the connection. */
  abandon(): void {
    this.#abandoned = true
    this.#parts = []
    this.#flow.resumeReading()
  }
}
