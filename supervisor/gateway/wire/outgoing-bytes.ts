/** As much of a Bun socket as is written to. */
export interface WritableSocket {
  /** Takes as many bytes as the kernel has room for and returns how many those were; -1 on a closed socket. */
  write(bytes: Uint8Array, offset?: number, length?: number): number
}

/**
 * Where heads are put together with what follows them before they are written, so that a message costs one write and no allocation. The
 * kernel has taken its copy when `write` returns.
 */
const SCRATCH = Buffer.allocUnsafeSlow(131_072)

/** Bytes that may wait before the producer is stopped: to stop and start it costs more than to keep the rest of a page for a moment. */
export const WAITING_BYTES_MAX = 131_072

/**
 * What goes out of one socket. Bun's sockets take what fits into the kernel's buffer and leave the rest to the caller: it waits here, and
 * whoever produces stops until it is gone.
 */
export class OutgoingBytes {
  readonly #socket: WritableSocket
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  /** Unix milliseconds since which the peer has taken nothing; 0 while nothing waits. */
  blockedSinceMs = 0

  constructor(socket: WritableSocket) {
    this.#socket = socket
  }

  get isBlocked(): boolean {
    return this.#waiting.length > 0
  }

  /** False when the producer must stop until `drain` returns true. What has to wait is copied. */
  write(bytes: Uint8Array): boolean {
    if (this.#waiting.length > 0) return this.#keep(bytes)
    const taken = this.#socket.write(bytes)
    if (taken === bytes.length || taken < 0) return true // of a closed socket its owner hears by the close event
    this.blockedSinceMs = Date.now()
    return this.#keep(taken > 0 ? bytes.subarray(taken) : bytes)
  }

  #keep(bytes: Uint8Array): boolean {
    this.#waiting.push(Buffer.from(bytes))
    this.#waitingBytes += bytes.length
    return this.#waitingBytes <= WAITING_BYTES_MAX
  }

  /** A head, one character a byte, and what follows it, in one write. As `write` otherwise. */
  writeHead(head: string, body: Uint8Array | undefined): boolean {
    const length = head.length + (body?.length ?? 0)
    if (this.#waiting.length > 0 || length > SCRATCH.length) {
      const goesOn = this.write(Buffer.from(head, 'latin1'))
      return body ? this.write(body) : goesOn
    }
    SCRATCH.write(head, 0, 'latin1')
    if (body) SCRATCH.set(body, head.length)
    const taken = this.#socket.write(SCRATCH, 0, length)
    if (taken === length || taken < 0) return true
    this.blockedSinceMs = Date.now()
    return this.#keep(SCRATCH.subarray(taken, length))
  }

  /** The kernel has room again. True when nothing waits any more. */
  drain(): boolean {
    while (this.#waiting.length > 0) {
      const first = this.#waiting[0] ?? new Uint8Array(0)
      const taken = this.#socket.write(first)
      if (taken < 0) this.forget()
      else if (taken === first.length) {
        this.#waiting.shift()
        this.#waitingBytes -= taken
      } else {
        if (taken > 0) {
          this.#waiting[0] = first.subarray(taken)
          this.#waitingBytes -= taken
          this.blockedSinceMs = Date.now()
        }
        return false
      }
    }
    this.blockedSinceMs = 0
    return true
  }

  forget(): void {
    this.#waiting = []
    this.#waitingBytes = 0
    this.blockedSinceMs = 0
  }
}
