/** 2025-01-01T00:00:00Z: the 41-bit millisecond clock of our ids ends in 2094. */
const EPOCH_MS = 1_735_689_600_000
const NODE_BITS = 10n
const SEQUENCE_BITS = 12n
const SEQUENCE_MAX = 4095

/**
 * Makes 63-bit time-ordered ids: 41 bits of milliseconds, 10 of node, 12 of sequence (Twitter's snowflake layout). They exceed 2^53, so
 * they live as decimal text everywhere but in the database.
 *
 * @param node 0..1023; two makers that run at once must differ in it
 */
export const createSnowflakes = (node: number, now: () => number = Date.now): (() => string) => {
  const nodePart = BigInt(node & 1023) << SEQUENCE_BITS
  let lastMs = 0
  let sequence = 0
  return () => {
    // A clock that steps back, or more than 4,096 ids in one millisecond, borrows from the future: order matters more than truth.
    let ms = Math.max(now(), lastMs)
    if (ms === lastMs) {
      sequence += 1
      if (sequence > SEQUENCE_MAX) {
        ms += 1
        sequence = 0
      }
    } else {
      sequence = 0
    }
    lastMs = ms
    return ((BigInt(ms - EPOCH_MS) << (NODE_BITS + SEQUENCE_BITS)) | nodePart | BigInt(sequence)).toString()
  }
}

/** Milliseconds since 1970 at which a snowflake was made. */
export const snowflakeTimeMs = (id: string): number => Number(BigInt(id) >> (NODE_BITS + SEQUENCE_BITS)) + EPOCH_MS

/** The smallest snowflake of a moment (Unix milliseconds): those made before it are smaller. */
export const snowflakeAt = (unixMs: number): string =>
  (BigInt(Math.max(Math.floor(unixMs) - EPOCH_MS, 0)) << (NODE_BITS + SEQUENCE_BITS)).toString()

/** True for the decimal text of an integer between 0 and 2^63 - 1. */
export const isSnowflake = (text: string): boolean => /^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n
