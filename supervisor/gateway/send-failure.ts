/**
 * What is known about a request that got no response:
 *
 * - `never-sent`: no connection was made, so no worker has seen it. Any method may go to another worker.
 * - `unknown`: the connection broke after sending began and before a byte came back. The worker may have done the work.
 * - `timeout`: the connection stood, silent, past the limit.
 */
export type SendFailure = 'never-sent' | 'unknown' | 'timeout'

/** Codes by which Bun's fetch says that it could not connect to a unix socket. */
const NEVER_SENT = new Set(['ConnectionRefused', 'ECONNREFUSED', 'ENOENT', 'FailedToOpenSocket', 'EAGAIN'])

/** Repeating one of these has the same effect as sending it once (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

export const classifyFailure = (error: unknown): SendFailure => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string' && NEVER_SENT.has(code)) return 'never-sent'
  return name === 'TimeoutError' || code === 'ETIMEDOUT' ? 'timeout' : 'unknown'
}

export const isIdempotent = (method: string): boolean => IDEMPOTENT.has(method)
