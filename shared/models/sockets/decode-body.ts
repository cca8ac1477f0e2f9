import { ChunkScanner } from '#shared/http1/chunk-scanner.ts'
import type { BodyFraming } from '#shared/http1/message-framing.ts'

/** Takes the framing of HTTP/1.1 off the bytes of one answer's body. */
export interface BodyDecoder {
  /** The body's bytes among these. Throws ChunkError for what is no framing. */
  feed(bytes: Uint8Array): Uint8Array[]
  /** True once the body is whole. */
  readonly isWhole: boolean
  /** True when the connection's end is the body's end too. */
  readonly endsWithConnection: boolean
}

export const createBodyDecoder = (framing: BodyFraming): BodyDecoder => {
  if (framing.kind === 'until-close') return { feed: (bytes) => [bytes], isWhole: false, endsWithConnection: true }
  return framing.kind === 'chunked' ? chunked() : sized(framing.kind === 'sized' ? framing.bytes : 0)
}

const sized = (length: number): BodyDecoder => {
  let left = length
  return {
    feed(bytes) {
      const taken = bytes.subarray(0, left)
      left -= taken.byteLength
      return taken.byteLength > 0 ? [taken] : []
    },
    get isWhole() {
      return left === 0
    },
    endsWithConnection: false,
  }
}

const chunked = (): BodyDecoder => {
  const scanner = new ChunkScanner()
  let isWhole = false
  return {
    feed(bytes) {
      const pieces: Uint8Array[] = []
      isWhole = scanner.scan(bytes, (data) => pieces.push(data)).done
      return pieces
    },
    get isWhole() {
      return isWhole
    },
    endsWithConnection: false,
  }
}
