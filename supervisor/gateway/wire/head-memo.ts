/** A longer head is read anew each time. */
const BYTES_MAX = 2_048

/**
 * Remembers how the last head on a connection was read. Clients that keep a connection, and workers always, mostly repeat their heads byte
 * for byte; comparing costs a hundredth of reading. What is found must not be changed by whoever gets it.
 */
export class HeadMemo<Head> {
  #bytes: Buffer | undefined
  #head: Head | undefined

  /** Of the head that is remembered, with the empty line that ends it. */
  get bytes(): number {
    return this.#bytes?.length ?? 0
  }

  /**
   * How a head was read with which `bytes` begin, if it is the last one again. Its end need not be searched for: the empty line in what is
   * remembered is its first one, so it is the first one of `bytes` too.
   */
  find(bytes: Buffer): Head | undefined {
    const last = this.#bytes
    if (last === undefined || bytes.length < last.length) return undefined
    return last.compare(bytes, 0, last.length) === 0 ? this.#head : undefined
  }

  /** `end` is where the empty line ends. */
  keep(bytes: Buffer, end: number, head: Head): void {
    this.#bytes = end > BYTES_MAX ? undefined : Buffer.from(bytes.subarray(0, end))
    this.#head = head
  }
}
