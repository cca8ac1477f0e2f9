import { ChunkError, ChunkScanner } from '#shared/http1/chunk-scanner.ts'
import type { ResponseHead } from '#shared/http1/parse-response-head.ts'
import type { BodyEnd, BodySink } from './body-sink.ts'
import type { UpstreamResponse } from './upstream-response.ts'

/** What a response does with the connection that it comes by. */
export interface ResponseCarrier {
  /** The response is over, as the worker wanted or because nobody wants the rest. */
  finish(response: LiveResponse, mayGoOn: boolean): void
  pauseReading(): void
  resumeReading(): void
  writeTunnel(bytes: Uint8Array): boolean
}

/** A response's head, with what was found in it. */
export interface ReadResponseHead extends ResponseHead {
  /** The worker closes the connection after this response. */
  isLast: boolean
  isEventStream: boolean
}

/** A response while its body comes: pushes it to its sink, holds it back while the sink cannot take more. */
export class LiveResponse implements UpstreamResponse {
  readonly status: number
  readonly reason: string
  readonly headers: UpstreamResponse['headers']
  readonly framing: UpstreamResponse['framing']
  readonly isLast: boolean
  readonly isEventStream: boolean
  readonly #carrier: ResponseCarrier
  readonly #chunks: ChunkScanner | undefined
  #left: number
  #sink: BodySink | undefined
  #asData = false
  /** Came before anybody wanted it. */
  #held: Uint8Array | undefined
  #end: BodyEnd | undefined
  #isOver = false
  #paused = false
  #onTunnelDrain: (() => void) | undefined

  constructor(head: ReadResponseHead, framing: UpstreamResponse['framing'], carrier: ResponseCarrier) {
    this.status = head.status
    this.reason = head.reason
    this.headers = head.headers
    this.framing = framing
    this.isLast = head.isLast
    this.isEventStream = head.isEventStream
    this.#carrier = carrier
    this.#chunks = framing.kind === 'chunked' ? new ChunkScanner() : undefined
    this.#left = framing.kind === 'sized' ? framing.bytes : 0
  }

  /** What came in one piece with the head. To be followed by `keepHeld` before whoever gave the bytes takes them back. */
  hold(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#held = bytes
  }

  /** Copies what nobody has taken so far. */
  keepHeld(): void {
    if (this.#held) this.#held = Buffer.from(this.#held)
  }

  deliver(sink: BodySink, as: 'framed' | 'data'): void {
    this.#sink = sink
    this.#asData = as === 'data'
    const held = this.#held
    this.#held = undefined
    this.receive(held ?? NOTHING)
    if (this.#end && !this.#isOver) this.#over(this.#end)
    else this.resume()
  }

  receive(bytes: Uint8Array): void {
    if (this.#isOver) return
    if (!this.#sink) {
      if (bytes.length === 0) return
      this.#held = this.#held ? Buffer.concat([this.#held, bytes]) : Buffer.from(bytes)
      this.#pause()
      return
    }
    const goesOn = this.#pass(bytes, this.#sink)
    if (!goesOn && !this.#isOver) this.#pause()
  }

  #pass(bytes: Uint8Array, sink: BodySink): boolean {
    if (this.framing.kind === 'until-close') return bytes.length === 0 || sink.write(bytes)
    if (this.framing.kind === 'chunked') return bytes.length === 0 || this.#passChunks(bytes, sink)
    const own = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes
    this.#left -= own.length
    const goesOn = own.length === 0 || sink.write(own)
    if (this.#left === 0) this.#complete(own.length === bytes.length)
    return goesOn
  }

  #passChunks(bytes: Uint8Array, sink: BodySink): boolean {
    let goesOn = true
    const onData = (data: Uint8Array) => {
      goesOn = sink.write(data) && goesOn
    }
    try {
      const { consumed, done } = this.#chunks?.scan(bytes, this.#asData ? onData : undefined) ?? {
        consumed: 0,
        done: true,
      }
      if (!this.#asData) goesOn = sink.write(consumed === bytes.length ? bytes : bytes.subarray(0, consumed))
      if (done) this.#complete(consumed === bytes.length)
      return goesOn
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error
      this.#carrier.finish(this, false)
      this.#over('broken')
      return true
    }
  }

  /** @param isClean nothing follows that nobody asked for */
  #complete(isClean: boolean): void {
    if (this.#isOver) return
    if (this.#paused) this.resume()
    this.#carrier.finish(this, isClean)
    this.#over('complete')
  }

  #over(how: BodyEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink?.end(how)
  }

  broke(error?: Error): void {
    this.#end = this.framing.kind === 'until-close' && !error ? 'complete' : 'broken'
    if (this.#sink) this.#over(this.#end)
  }

  drained(): void {
    const resume = this.#onTunnelDrain
    this.#onTunnelDrain = undefined
    resume?.()
  }

  writeTunnel(bytes: Uint8Array, onTunnelDrain: () => void): boolean {
    const goesOn = this.#carrier.writeTunnel(bytes)
    if (!goesOn) this.#onTunnelDrain = onTunnelDrain
    return goesOn
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#carrier.pauseReading()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (!this.#isOver) this.#carrier.resumeReading()
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#carrier.finish(this, false)
  }
}

const NOTHING = new Uint8Array(0)
