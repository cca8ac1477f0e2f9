/** Takes the framing of HTTP/1.1 (RFC 9112, 6 and 7) off the bytes of one answer's body. */
export interface BodyDecoder {
  /** The body's bytes among these. Throws FramingError for what is no framing. */
  feed(bytes: Uint8Array): Uint8Array[]
  /** True once the body is whole. */
  readonly isWhole: boolean
  /** True when the connection's end is the body's end too. */
  readonly endsWithConnection: boolean
}

export class FramingError extends Error {}

/** `<size>[;extension]`, and the lines of a trailer. */
const LINE_BYTES_MAX = 8_192
const LF = 10

/** The body of an answer with these headers. */
export const createBodyDecoder = (status: number, headers: Headers): BodyDecoder => {
  if (status === 204 || status === 304) return sized(0)
  const coding = headers.get('transfer-encoding')
  if (coding !== null) {
    if (coding.trim().toLowerCase() !== 'chunked') throw new FramingError(`transfer-encoding ${coding}`)
    return chunked()
  }
  const length = headers.get('content-length')
  if (length === null) return untilTheEnd()
  if (!/^\d{1,15}$/.test(length)) throw new FramingError(`content-length ${length}`)
  return sized(Number(length))
}

const untilTheEnd = (): BodyDecoder => ({ feed: (bytes) => [bytes], isWhole: false, endsWithConnection: true })

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
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'over' = 'size'
  let left = 0
  let line = ''

  /** Reads up to the end of a line; returns where it goes on, with the line complete or not. */
  const readLine = (bytes: Uint8Array, from: number): { next: number; complete: boolean } => {
    const end = bytes.indexOf(LF, from)
    const until = end < 0 ? bytes.byteLength : end
    line += Buffer.from(bytes.buffer, bytes.byteOffset + from, until - from).toString('latin1')
    if (line.length > LINE_BYTES_MAX) throw new FramingError('a line of a chunk is too long')
    return { next: end < 0 ? until : end + 1, complete: end >= 0 }
  }

  const takeLine = (): string => {
    const taken = line.endsWith('\r') ? line.slice(0, -1) : line
    line = ''
    return taken
  }

  const endLine = (): void => {
    const text = takeLine()
    if (state === 'size') {
      const size = /^([0-9a-f]{1,8})[ \t]*(;.*)?$/i.exec(text)?.[1]
      if (size === undefined) throw new FramingError('a chunk has no size')
      left = Number.parseInt(size, 16)
      state = left === 0 ? 'trailer' : 'data'
    } else if (state === 'data-end') {
      if (text !== '') throw new FramingError('a chunk is longer than it says')
      state = 'size'
    } else if (text === '') state = 'over'
  }

  return {
    feed(bytes) {
      const pieces: Uint8Array[] = []
      let at = 0
      while (at < bytes.byteLength && state !== 'over') {
        if (state === 'data') {
          const piece = bytes.subarray(at, at + left)
          pieces.push(piece)
          left -= piece.byteLength
          at += piece.byteLength
          if (left === 0) state = 'data-end'
          continue
        }
        const { next, complete } = readLine(bytes, at)
        at = next
        if (complete) endLine()
      }
      return pieces
    },
    get isWhole() {
      return state === 'over'
    },
    endsWithConnection: false,
  }
}
