/**
 * A question that the database gave no answer to: it is away, or the connection broke. Whether the server acted on it is not known. No expected failure
 * in itself, so that nobody takes it for a refusal: whoever answers a caller makes one of it (expected-failure.ts).
 */
export class ConnectionLostError extends Error {
  readonly code = 'CONNECTION_LOST'

  constructor(cause?: unknown) {
    super('The connection to the database was lost before an answer came.', { cause })
    this.name = 'ConnectionLostError'
  }
}
