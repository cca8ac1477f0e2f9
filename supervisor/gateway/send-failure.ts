/**
 * What is known about a request that got no response:
 *
 * - `never-sent`: no connection was made, so no worker has seen it. Any method may go to another worker.
 * - `unknown`: the connection broke after sending began and before a byte came back. The worker may have done the work.
 * - `timeout`: the connection stood, silent, past the limit.
 */
export type SendFailure = 'never-sent' | 'unknown' | 'timeout'

/** Codes of a connection that could not be made because of who should take it. */
const NEVER_SENT = new Set(['ConnectionRefused', 'ECONNREFUSED', 'ENOENT', 'FailedToOpenSocket', 'EAGAIN'])

/** Codes of a connection that this process could not make: it is out of descriptors or memory. */
const OWN_TROUBLE = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])

/** Repeating one of these has the same effect as sending it once (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

export const classifyFailure = (error: unknown): SendFailure => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string' && (NEVER_SENT.has(code) || OWN_TROUBLE.has(code))) return 'never-sent'
  return name === 'TimeoutError' || code === 'ETIMEDOUT' ? 'timeout' : 'unknown'
}

/** False for a failure that would have come with any worker: it must not put one out of rotation. */
export const isWorkersFault = (error: unknown): boolean => {
  const { code } = error as { code?: unknown }
  return !(typeof code === 'string' && OWN_TROUBLE.has(code))
}

export const isIdempotent = (method: string): boolean => IDEMPOTENT.has(method)
