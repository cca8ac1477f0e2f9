/** Bounds of what a client may send before anybody looks at it; each refusal names the one that was passed. */

/** Request line and header lines together, in bytes. */
export const HEAD_BYTES_MAX = 65_536
export const HEADERS_MAX = 100
/** Path and query, in bytes. */
export const TARGET_BYTES_MAX = 16_384
/** A method that is longer is none. */
export const METHOD_BYTES_MAX = 32
/** Size line of a chunk with its extensions, in bytes. They are read and dropped. */
export const CHUNK_LINE_BYTES_MAX = 1_024
/** Trailer lines of one body, in bytes. They are read and dropped. */
export const TRAILER_BYTES_MAX = 8_192
/** Empty lines before a request, which a robust server forgives (RFC 9112, section 2.2). */
export const BLANK_LINES_MAX = 2
