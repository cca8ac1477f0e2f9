import { HEAD_BYTES_MAX, TARGET_BYTES_MAX } from '#shared/http1/message-limits.ts'
import type { ReadHead } from './read-request-head.ts'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const HASH = 35
const SLASH = 47
const COLON = 58
const TILDE = 126
const DEL = 127

/** They say how a message is read: with another value the whole head is read anew. */
const DECISIVE: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'expect', 'connection', 'upgrade'],
])

/** A part of a head that comes again: a line, or what surrounds the target. */
interface Piece {
  from: number
  length: number
  /** Where the value begins that may differ, from the piece's beginning; the length when none may. */
  valueAt: number
  /** Of its header field in the list. */
  place: number
}

/**
 * A head that was read and found valid, as a pattern for those that follow on its connection: clients mostly repeat their heads but for the
 * target and a few values, such as ids. What is the same is compared and taken over, what differs is read by the same rules; a head that
 * differs in anything else is not like this one.
 */
export class KnownHead {
  readonly head: ReadHead
  readonly #bytes: Buffer
  readonly #ownEnd: number
  /** Method and space. */
  readonly #before: Piece
  /** From the space behind the target to the empty line. */
  readonly #pieces: readonly Piece[]
  /** Of the head that was read last, with the empty line that ends it. */
  end: number

  /** A head whose target is no path is none: its Host is not where it came. */
  static isPattern(bytes: Buffer): boolean {
    return bytes[bytes.indexOf(SPACE) + 1] === SLASH
  }

  /** `bytes` begin with the head, whose empty line ends at `end`, and are kept. */
  constructor(bytes: Buffer, end: number, head: ReadHead) {
    this.head = head
    this.#bytes = bytes
    this.#ownEnd = end
    this.end = end
    const targetAt = bytes.indexOf(SPACE) + 1
    this.#before = fixedPiece(0, targetAt)
    this.#pieces = piecesOf(bytes, { from: bytes.indexOf(SPACE, targetAt), end, head })
  }

  /** The head with which `bytes` begin, when it is whole and like this one, or this one again; `end` tells its length. */
  read(bytes: Buffer): ReadHead | undefined {
    const end = this.#ownEnd
    if (bytes.length < end || this.#bytes.compare(bytes, 0, end, 0, end) !== 0) return this.#readLike(bytes)
    this.end = end
    return this.head
  }

  #readLike(bytes: Buffer): ReadHead | undefined {
    const targetEnd = this.#endOfTarget(bytes)
    if (targetEnd < 0) return undefined
    const places: number[] = []
    const values: string[] = []
    let at = targetEnd
    for (const piece of this.#pieces) {
      const same = this.#countSame(bytes, at, piece)
      if (same === piece.length) {
        at += same
        continue
      }
      if (same < piece.valueAt) return undefined
      const lineEnd = endOfLine(bytes, at + piece.valueAt)
      if (lineEnd < 0) return undefined
      places.push(piece.place)
      values.push(readValue(bytes, at + piece.valueAt, lineEnd))
      at = lineEnd + 2
    }
    if (at > HEAD_BYTES_MAX) return undefined
    this.end = at
    const { method, minor, headers, framing, expectsContinue, wantsWebSocket, isLast } = this.head
    const target = bytes.toString('latin1', this.#before.length, targetEnd)
    const changed = places.length === 0 ? headers : headers.withValues(places, values)
    return { method, target, minor, headers: changed, framing, expectsContinue, wantsWebSocket, isLast }
  }

  /** Where the space behind a valid path and query lies, after the same method; -1 when there is none. */
  #endOfTarget(bytes: Buffer): number {
    const start = this.#before.length
    if (this.#countSame(bytes, 0, this.#before) < start || bytes[start] !== SLASH) return -1
    const last = Math.min(bytes.length, start + TARGET_BYTES_MAX + 1)
    for (let at = start; at < last; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === SPACE) return at
      if (byte < SPACE || byte > TILDE || byte === HASH) return -1
    }
    return -1
  }

  /** How many bytes from `at` on are those of a piece. */
  #countSame(bytes: Buffer, at: number, { from, length }: Piece): number {
    const known = this.#bytes
    const most = Math.min(length, bytes.length - at)
    let same = 0
    while (same < most && bytes[at + same] === known[from + same]) same += 1
    return same
  }
}

const piecesOf = (bytes: Buffer, { from, end, head }: { from: number; end: number; head: ReadHead }): Piece[] => {
  let at = bytes.indexOf(LF) + 1
  const pieces = [fixedPiece(from, at)]
  for (let place = 0; bytes[at] !== CR; place += 1) {
    const next = bytes.indexOf(LF, at) + 1
    const piece = fixedPiece(at, next)
    const mayDiffer = !DECISIVE.has(head.headers.keyAt(place) ?? '')
    pieces.push(mayDiffer ? { ...piece, valueAt: bytes.indexOf(COLON, at) + 1 - at, place } : piece)
    at = next
  }
  pieces.push(fixedPiece(at, end))
  return pieces
}

const fixedPiece = (from: number, to: number): Piece => ({ from, length: to - from, valueAt: to - from, place: -1 })

/** Where a line ends that ends in CRLF, before that; -1 when it has a control character or does not end. */
const endOfLine = (bytes: Buffer, from: number): number => {
  for (let at = from; at < bytes.length - 1; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === CR) return bytes[at + 1] === LF ? at : -1
    if ((byte < SPACE && byte !== TAB) || byte === DEL) return -1
  }
  return -1
}

const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB

/** Without the blanks around it. */
const readValue = (bytes: Buffer, from: number, to: number): string => {
  let start = from
  let end = to
  while (start < end && isBlank(bytes[start])) start += 1
  while (end > start && isBlank(bytes[end - 1])) end -= 1
  return bytes.toString('latin1', start, end)
}
