import { honoursIdempotencyKey } from './route-table.ts'
import { isIdempotent } from './send-failure.ts'

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key'

/**
 * True when a request whose outcome is unknown may be sent again: by its method, or because it carries a key by which its service knows it
 * again. What was never sent may always be, whose first byte of answer was seen never; neither is asked here. A WebSocket is never
 * repeated: what was said on it is not known.
 */
export const isRepeatable = (
  request: { method: string; path: string; wantsWebSocket: boolean; headers: { get(name: string): string | null } },
  prefixes?: readonly string[],
): boolean => {
  if (request.wantsWebSocket) return false
  if (isIdempotent(request.method)) return true
  return honoursIdempotencyKey(request.path, prefixes) && Boolean(request.headers.get(IDEMPOTENCY_KEY_HEADER))
}
