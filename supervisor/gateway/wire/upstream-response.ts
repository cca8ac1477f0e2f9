import type { HeaderList } from '#shared/http1/header-list.ts'
import type { BodyFraming } from '#shared/http1/message-framing.ts'
import type { BodySink, BodySource } from './body-sink.ts'

/** A worker's response whose head is there and whose body is still to come. */
export interface UpstreamResponse extends BodySource {
  /** 101 means that the connection is a tunnel from now on: see `writeTunnel`. */
  readonly status: number
  readonly reason: string
  readonly headers: HeaderList
  readonly framing: BodyFraming
  /** Server-sent events, which may go on for long. */
  readonly isEventStream: boolean
  /**
   * Begins to give the body to `sink`, at once with what has come already. Once only. `framed`: bytes as they came, chunk sizes included,
   * for a client that gets the same framing; `data`: the body alone.
   */
  deliver(sink: BodySink, as: 'framed' | 'data'): void
  /** Bytes from the client through a tunnel; false when it must stop until `onTunnelDrain` is called. */
  writeTunnel(bytes: Uint8Array, onTunnelDrain: () => void): boolean
}

/** Reads a whole small body. Throws when it breaks or is larger than `bytesMax`. */
export const readWhole = (response: UpstreamResponse, bytesMax: number): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const parts: Uint8Array[] = []
  let bytes = 0
  const sink: BodySink = {
    write(part) {
      bytes += part.length
      parts.push(Buffer.from(part))
      if (bytes > bytesMax) {
        response.cancel()
        reject(new Error(`The response has more than ${bytesMax} bytes.`))
      }
      return true
    },
    end(how) {
      if (how === 'complete') resolve(Buffer.concat(parts))
      else reject(new Error('The response broke off.'))
    },
  }
  response.deliver(sink, 'data')
  return promise
}
