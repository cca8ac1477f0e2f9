import { createServerFetch, type ServerFetch } from '#shared/mcp/server-fetch.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'

/** One request of a sign-in: metadata, a registration, a token. */
const REQUEST_MS_MAX = 15_000

/** A `fetch` for the requests of a sign-in: through the guard, bounded in time and bytes. */
export const openSend =
  (outbound: OutboundGuard): ServerFetch =>
  (url, init) =>
    createServerFetch({
      outbound,
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
      onTooLarge: () => undefined,
      onEventsEnd: () => undefined,
    })(url, init)
