import { CHUNK_LINE_BYTES_MAX, TRAILER_BYTES_MAX } from './message-limits.ts'
import { isToken } from './parse-header-lines.ts'

export interface ScannedChunks {
  /** Bytes that belong to the body, its framing included. What follows belongs to the next message. */
  consumed: number
  done: boolean
}

/** Bytes that are no chunked body. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError'
}

const CR = 13
const LF = 10
const SEMICOLON = 59
const COLON = 58
const SPACE = 32
const TAB = 9
/** More digits than any body needs, few enough to stay exact. */
const SIZE_DIGITS_MAX = 12

type Place = 'size' | 'extension' | 'size-end' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-end' | 'done'

/**
 * Follows a chunked body (RFC 9112, section 7.1) through bytes that may be cut anywhere. Strict: sizes are hexadecimal digits and nothing
 * else, lines end in CRLF. Extensions and trailers are followed to their end and told to nobody.
 */
export class ChunkScanner {
  #place: Place = 'size'
  #left = 0
  #digits = 0
  #lineBytes = 0
  #trailerBytes = 0
  /** Bytes of the present trailer line. */
  #trailerLine = 0
  #trailerHasName = false

  /** Looks at the next bytes; gives the data among them to `onData`, in order and without copying. Throws ChunkError. */
  scan(bytes: Uint8Array, onData?: (data: Uint8Array) => void): ScannedChunks {
    let at = 0
    while (at < bytes.length && this.#place !== 'done') {
      if (this.#place === 'data') {
        const end = Math.min(bytes.length, at + this.#left)
        onData?.(bytes.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#place = 'data-cr'
      } else {
        this.#step(bytes[at] ?? 0)
        at += 1
      }
    }
    return { consumed: at, done: this.#place === 'done' }
  }

  #step(byte: number): void {
    switch (this.#place) {
      case 'size':
        this.#size(byte)
        break
      case 'extension':
        this.#extension(byte)
        break
      case 'size-end':
        this.#sizeEnd(byte)
        break
      case 'data-cr':
        this.#expect(byte, CR, 'data-lf')
        break
      case 'data-lf':
        this.#digits = 0
        this.#expect(byte, LF, 'size')
        break
      default:
        this.#trailer(byte)
    }
  }

  #expect(byte: number, wanted: number, next: Place): void {
    if (byte !== wanted) throw new ChunkError('A chunk does not end in CRLF.')
    this.#place = next
  }

  #size(byte: number): void {
    const digit = digitOf(byte)
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit
      this.#digits += 1
      if (this.#digits > SIZE_DIGITS_MAX) throw new ChunkError('A chunk is larger than any body may be.')
      return
    }
    if (this.#digits === 0) throw new ChunkError('A chunk has no size.')
    this.#lineBytes = 0
    if (byte === CR) this.#place = 'size-end'
    else if (byte === SEMICOLON) this.#place = 'extension'
    else throw new ChunkError('The size of a chunk is no hexadecimal number.')
  }

  #extension(byte: number): void {
    this.#lineBytes += 1
    if (this.#lineBytes > CHUNK_LINE_BYTES_MAX) throw new ChunkError('The extension of a chunk is too long.')
    if (byte === CR) this.#place = 'size-end'
    else if (isControl(byte)) throw new ChunkError('The extension of a chunk has a control character.')
  }

  #sizeEnd(byte: number): void {
    this.#expect(byte, LF, this.#left === 0 ? 'trailer' : 'data')
    this.#trailerLine = 0
  }

  #trailer(byte: number): void {
    this.#trailerBytes += 1
    if (this.#trailerBytes > TRAILER_BYTES_MAX) throw new ChunkError('The trailers of a body are too long.')
    if (this.#place === 'trailer-end') {
      this.#expect(byte, LF, this.#trailerLine === 0 ? 'done' : 'trailer')
      this.#trailerLine = 0
      this.#trailerHasName = false
    } else if (byte === CR) {
      if (this.#trailerLine > 0 && !this.#trailerHasName) throw new ChunkError('A trailer has no name.')
      this.#place = 'trailer-end'
    } else this.#trailerByte(byte)
  }

  #trailerByte(byte: number): void {
    if (isControl(byte)) throw new ChunkError('A trailer has a control character.')
    if (!this.#trailerHasName) {
      if (byte === COLON && this.#trailerLine > 0) this.#trailerHasName = true
      else if (!isToken(String.fromCharCode(byte))) throw new ChunkError('A trailer has no valid name.')
    }
    this.#trailerLine += 1
  }
}

const isControl = (byte: number): boolean => (byte < SPACE && byte !== TAB) || byte === 127

const digitOf = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  if (byte >= 97 && byte <= 102) return byte - 87
  if (byte >= 65 && byte <= 70) return byte - 55
  return -1
}

const LINE_END = Buffer.from('\r\n')

/** One chunk with its framing, in one piece so that it goes out in one write. */
export const encodeChunk = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, LINE_END])

/** The end of a chunked body, without trailers. */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n')
