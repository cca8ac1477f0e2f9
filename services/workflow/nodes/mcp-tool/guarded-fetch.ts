import { IDEMPOTENCY_HEADER } from '#shared/http/idempotency-header.ts'
import { OutboundTooLargeError } from '#shared/outbound/errors.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'

/** All that a server may send during one call. Its result is kept in the run's journal. */
const BYTES_MAX = 10 * 1024 * 1024
/** A server that does not answer the end of a session keeps nobody waiting. */
const GOODBYE_MS_MAX = 2_000
const BODILESS_STATUSES = new Set([204, 205, 304])

/**
 * A `fetch` for the MCP library: through the outbound guard, ended by the signal, bounded in bytes. The library reads streams in the background and does not
 * fail a request whose stream broke, so too large an answer is told to `onTooLarge`, which has to end the call.
 */
export const createGuardedFetch = (options: {
  outbound: OutboundGuard
  /** Sent with the tool's call and with nothing else, so that a server may answer a repeated call from memory. */
  idempotencyKey: () => string | undefined
  onTooLarge: (error: OutboundTooLargeError) => void
  signal: AbortSignal
}) => {
  let received = 0

  const count = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength
        if (received <= BYTES_MAX) {
          controller.enqueue(chunk)
          return
        }
        const error = new OutboundTooLargeError(BYTES_MAX)
        controller.error(error)
        options.onTooLarge(error)
      },
    })

  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    const key = options.idempotencyKey()
    if (key !== undefined && init.method === 'POST') headers.set(IDEMPOTENCY_HEADER, key)
    const limits = [options.signal, ...(init.signal ? [init.signal] : [])]
    if (init.method === 'DELETE') limits.push(AbortSignal.timeout(GOODBYE_MS_MAX))
    const response = await options.outbound.fetch(String(url), { ...init, headers, signal: AbortSignal.any(limits) })
    const body = BODILESS_STATUSES.has(response.status) ? null : (response.body?.pipeThrough(count()) ?? null)
    const { status, statusText } = response
    return new Response(body, { status, statusText, headers: response.headers })
  }
}
