/** One of the limits of a call, and how much of it is left. */
export interface RateWindow {
  /** `key-second`, `app-minute`, `app-requests-per-day` …: which limit it is. */
  name: string
  /** Requests that the window allows. */
  limit: number
  /** Length of the window. */
  seconds: number
  /** Requests that it allows yet. */
  left: number
  /** Milliseconds until it begins anew. */
  resetMs: number
}

/**
 * RateLimit-Policy and RateLimit as draft-ietf-httpapi-ratelimit-headers-10 describes them: lists of named policies, `q` requests in `w` seconds, of
 * which `r` are left and which begins anew in `t` seconds.
 */
export const rateLimitFields = (windows: readonly RateWindow[]): Record<string, string> => ({
  'ratelimit-policy': windows.map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`).join(', '),
  ratelimit: windows.map(({ name, left, resetMs }) => `"${name}";r=${left};t=${secondsUntil(resetMs)}`).join(', '),
})

/** Whole seconds, rounded up: whoever comes back then is not too early. */
export const secondsUntil = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000))
