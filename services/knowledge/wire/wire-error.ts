import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'

/**
 * A failure as the original's clients know it: HTTP 200 with a number and a text. The text begins with the number again where the original's
 * exceptions did. Codes: the original's table.
 */
export class WireError extends Error {
  readonly code: number

  constructor(code: number, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

const FIXED_TEXTS = {
  10001: 'Parameter check exception',
  10002: 'Missing parameter',
  10003: 'Parameter invalid',
  10016: 'Document split failed',
  10017: 'Chunk save failed',
  10018: 'Chunk update failed',
  10019: 'Chunk delete failed',
  10020: 'Chunk query failed',
  10024: 'Content retrieval failed',
  11111: 'Third party service failed',
} as const

export type WireCode = keyof typeof FIXED_TEXTS

/** Code of a request that does not fit its model; the text is made by `invalidRequest`. */
export const REQUEST_INVALID_CODE = 10003
export const UNEXPECTED_CODE = 14999

/** `<code>: <fixed text>(<detail>)`. */
export const wireError = (code: WireCode, detail: string, options: { cause?: unknown } = {}): WireError =>
  new WireError(code, `${code}: ${FIXED_TEXTS[code]}(${detail})`, options)

/** For `catch`: gives an expected failure of ours the code that a client of the wire knows, with its reason. What is unexpected passes. */
export const failingAs =
  (code: WireCode) =>
  (error: unknown): never => {
    const expected = expectedFailureOf(error)
    if (expected) throw wireError(code, expected.message, { cause: expected })
    throw error
  }
