/** A longer head is read anew each time. */
const BYTES_MAX = 2_048

/**
 * Remembers how the last head on a connection was read. Clients that keep a connection, and workers always, mostly repeat their heads byte
 * for byte; comparing costs a hundredth of reading. What is found must not be changed by whoever gets it.
 */
export class HeadMemo<Head> {
  #bytes: Buffer | undefined
  #head: Head | undefined

  /** How `bytes` up to `end` were read, if they are the last ones again. */
  find(bytes: Buffer, end: number): Head | undefined {
    const last = this.#bytes
    return last !== undefined && last.length === end && last.compare(bytes, 0, end) === 0 ? this.#head : undefined
  }

  keep(bytes: Buffer, end: number, head: Head): void {
    this.#bytes = end > BYTES_MAX ? undefined : Buffer.from(bytes.subarray(0, end))
    this.#head = head
  }
}
