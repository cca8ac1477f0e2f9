/** A longer head is read anew each time. */
const BYTES_MAX = 2_048

/**
 * Remembers how the last head on a connection was read. Workers mostly repeat their heads byte
 * for byte; comparing costs a hundredth of reading. What is found must not be changed by whoever gets it.
 */
export class HeadMemo<Head> {
  #bytes: Buffer | undefined
  #end = 0
  #head: Head | undefined

  /** Of the head that is remembered, with the empty line that ends it. */
  get bytes(): number {
    return this.#end
  }

  /**
   * How a head was read with which `bytes` begin, if it is the last one again. Its end need not be searched for: the empty line in what is
   * remembered is its first one, so it is the first one of `bytes` too.
   */
  find(bytes: Buffer): Head | undefined {
    const last = this.#bytes
    const end = this.#end
    if (last === undefined || bytes.length < end) return undefined
    return last.compare(bytes, 0, end, 0, end) === 0 ? this.#head : undefined
  }

  /** `end` is where the empty line ends. */
  keep(bytes: Buffer, end: number, head: Head): void {
    this.#bytes = end > BYTES_MAX ? undefined : ownedBy(bytes, end)
    this.#end = end
    this.#head = head
  }
}

/** A head that changes each time shall not cost a copy each time; a head with a long body behind it shall not keep that in memory. */
const ownedBy = (bytes: Buffer, end: number): Buffer =>
  bytes.length > BYTES_MAX ? Buffer.from(bytes.subarray(0, end)) : bytes
