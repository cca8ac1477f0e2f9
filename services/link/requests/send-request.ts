import { AppError } from '#shared/errors/app-error.ts'
import { OutboundTooManyRedirectsError } from '#shared/outbound/errors.ts'
import { nextRequest, type OutboundRequest } from '#shared/outbound/follow-redirect.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { CallAbandonedError, ToolTimeoutError, ToolUnreachableError } from '../errors.ts'
import type { ToolRequest } from './call-values.ts'

/** A call and all its redirects; as long as the original waits. */
export const CALL_MS_MAX = 300_000
export const ANSWER_BYTES_MAX = 8 * 1_024 * 1_024
const REDIRECTS_MAX = 5

export interface ToolResponse {
  readonly status: number
  readonly mediaType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Sends a request through the guard, and follows redirects through it too. Headers with credentials, and a client
 * certificate, stay with the origin that they are for.
 * @throws OUTBOUND_… of the guard, ToolUnreachableError, ToolTimeoutError, CallAbandonedError when the signal aborts
 */
export const sendRequest = async (
  outbound: OutboundGuard,
  request: ToolRequest,
  options: { signal: AbortSignal; credentialHeaders: ReadonlySet<string>; msMax?: number },
): Promise<ToolResponse> => {
  const { msMax = CALL_MS_MAX } = options
  const deadline = AbortSignal.timeout(msMax)
  const signal = AbortSignal.any([options.signal, deadline])
  try {
    const response = await follow(outbound, request, { ...options, signal })
    return {
      status: response.status,
      mediaType: response.headers.get('content-type') ?? '',
      bytes: await readBytesAtMost(response, ANSWER_BYTES_MAX),
    }
  } catch (error) {
    if (options.signal.aborted) throw new CallAbandonedError()
    if (deadline.aborted) throw new ToolTimeoutError(request.url.host, msMax)
    if (error instanceof AppError) throw error
    throw new ToolUnreachableError(request.url.host, error)
  }
}

const follow = async (
  outbound: OutboundGuard,
  { method, url, headers, body, tls }: ToolRequest,
  { signal, credentialHeaders }: { signal: AbortSignal; credentialHeaders: ReadonlySet<string> },
): Promise<Response> => {
  const init: BunFetchRequestInit = {
    method,
    headers,
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
    ...(tls === undefined ? {} : { tls }),
  }
  let request: OutboundRequest = { url: url.href, init }
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const response = await outbound.fetch(request.url, request.init)
    const next = nextRequest(request, response)
    if (!next) return response
    await response.body?.cancel()
    request = URL.parse(next.url)?.origin === url.origin ? next : withoutHeaders(next, credentialHeaders)
  }
  throw new OutboundTooManyRedirectsError(REDIRECTS_MAX)
}

const withoutHeaders = (request: OutboundRequest, names: ReadonlySet<string>): OutboundRequest => {
  const headers = new Headers(request.init.headers)
  for (const name of names) headers.delete(name)
  return { url: request.url, init: { ...request.init, headers } }
}
