/** How a body ended: with its last byte, or before it. */
export type BodyEnd = 'complete' | 'broken'

/** Takes a body as it comes. */
export interface BodySink {
  /**
   * False when the source must stop until it is told to resume. What was given is taken in any case. The bytes are the source's again when this
   * returns: a sink that keeps some copies them.
   */
  write(bytes: Uint8Array): boolean
  /** Called once, last. */
  end(how: BodyEnd): void
}

/** Gives a body as it comes. */
export interface BodySource {
  resume(): void
  /** Nobody wants the rest. No `end` follows. */
  cancel(): void
}
