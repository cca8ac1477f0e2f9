import { type HttpRefusal, isRefusal, refusal } from '#shared/http1/http-refusal.ts'
import { BLANK_LINES_MAX, HEAD_BYTES_MAX } from '#shared/http1/message-limits.ts'
import { isToken } from '#shared/http1/parse-header-lines.ts'
import { KnownHead } from './known-head.ts'
import { type ReadHead, readRequestHead } from './read-request-head.ts'

const CRLF_CRLF = Buffer.from('\r\n\r\n')
/** A longer head is no pattern: it would be kept as long as its connection. */
const KNOWN_BYTES_MAX = 2_048
/** A client may have changed for good what a pattern has: after so many heads that were like it, it is renewed. */
const LIKENESSES_MAX = 32
const CR = 13
const LF = 10

/** Finds the heads of requests in the bytes of a connection, however they are cut, and keeps what belongs to a later one. */
export class RequestReader {
  #pending: Buffer | undefined
  /** Bytes of `#pending` in which no line ends without a carriage return. */
  #checked = 0
  #blankLines = 0
  #known: KnownHead | undefined
  #likenesses = 0

  /** True when nothing of a next request is there. */
  get isEmpty(): boolean {
    return this.#pending === undefined
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#pending?.length ?? 0
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending ? Buffer.concat([this.#pending, bytes]) : bytes
  }

  /** All bytes that wait; they are forgotten here. */
  takeAll(): Buffer | undefined {
    const bytes = this.#pending
    this.#pending = undefined
    this.#checked = 0
    return bytes
  }

  /** The next head, once it is whole; why it is none; undefined while more must come. What follows it waits here. */
  read(): ReadHead | HttpRefusal | undefined {
    this.#skipBlankLines()
    const bytes = this.#pending
    if (!bytes) return undefined
    // Once only for each head: it may come byte by byte.
    const like = this.#checked === 0 ? this.#readLike(bytes) : undefined
    if (like) return like
    const end = bytes.indexOf(CRLF_CRLF, Math.max(0, this.#checked - CRLF_CRLF.length))
    if (end > HEAD_BYTES_MAX || (end < 0 && bytes.length > HEAD_BYTES_MAX)) {
      return refusal(431, `The request's head has more than ${HEAD_BYTES_MAX} bytes.`)
    }
    if (end < 0) return this.#judgeBeginning(bytes)
    const head = readRequestHead(bytes.toString('latin1', 0, end))
    const rest = end + CRLF_CRLF.length
    if (!isRefusal(head)) this.#learn(bytes, rest, head)
    return this.#take(head, bytes, rest)
  }

  #readLike(bytes: Buffer): ReadHead | undefined {
    const known = this.#known
    if (!known || this.#likenesses === LIKENESSES_MAX) return undefined
    const head = known.read(bytes)
    if (!head) return undefined
    if (head !== known.head) this.#likenesses += 1
    return this.#take(head, bytes, known.end)
  }

  #learn(bytes: Buffer, end: number, head: ReadHead): void {
    this.#likenesses = 0
    // A head that changes each time shall not cost a copy each time; one with a long body behind it shall not keep that in memory.
    if (end > KNOWN_BYTES_MAX || !KnownHead.isPattern(bytes)) this.#known = undefined
    else {
      const own = bytes.length > KNOWN_BYTES_MAX ? Buffer.from(bytes.subarray(0, end)) : bytes
      this.#known = new KnownHead(own, end, head)
    }
  }

  #take<Head>(head: Head, bytes: Buffer, rest: number): Head {
    this.#pending = rest === bytes.length ? undefined : bytes.subarray(rest)
    this.#checked = 0
    this.#blankLines = 0
    return head
  }

  /** What can never become a head is refused at once: whoever speaks another protocol may wait for us to say something. */
  #judgeBeginning(bytes: Buffer): HttpRefusal | undefined {
    let isPossible = bytes[0] === CR || isToken(String.fromCharCode(bytes[0] ?? 0))
    for (let at = bytes.indexOf(LF, this.#checked); isPossible && at >= 0; at = bytes.indexOf(LF, at + 1)) {
      isPossible = bytes[at - 1] === CR
    }
    this.#checked = bytes.length
    return isPossible ? undefined : refusal(400, 'This is no HTTP/1.1 request with lines that end in CRLF.')
  }

  /** Forgives as many empty lines as BLANK_LINES_MAX before a request, wherever they are cut. */
  #skipBlankLines(): void {
    const bytes = this.#pending
    let at = 0
    while (this.#blankLines < BLANK_LINES_MAX && bytes?.[at] === CR && bytes[at + 1] === LF) {
      at += 2
      this.#blankLines += 1
    }
    if (!bytes || at === 0) return
    this.#pending = at === bytes.length ? undefined : bytes.subarray(at)
    this.#checked = 0
  }
}
