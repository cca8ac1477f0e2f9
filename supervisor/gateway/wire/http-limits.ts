/** Bounds of what a client may take: time, and places. */

/** From the first byte of a request's head, or from the connection, to its end. */
export const HEAD_MS_MAX = 15_000
/** Between the requests of one connection. */
export const KEEP_ALIVE_MS_MAX = 120_000
/** A body must bring this many bytes in each window, or all of it. */
export const BODY_WINDOW = { ms: 30_000, bytesMin: 1_024 }
/** After a refusal, while what the client still sends is thrown away so that it can read the refusal. */
export const LINGER_MS_MAX = 2_000
export const LINGER_BYTES_MAX = 4 * 1_048_576
/** A reader that takes nothing for this long is cut; what waits for it stays in memory meanwhile. */
export const READER_STALL_MS_MAX = 30_000
/** Connections from outside at once, for each gateway process. */
export const CONNECTIONS_MAX = 20_000
/** How often these times are looked at. */
export const SWEEP_MS = 1_000
