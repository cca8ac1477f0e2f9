import type { CallLimits, QuotaBlock, QuotaEnd } from '#shared/permissions/call-limits.ts'

/** The day and the month of UTC that a moment is in, and when each ends in Unix milliseconds. */
export interface Periods {
  day: string
  month: string
  dayEndsMs: number
  monthEndsMs: number
}

export const periodsOf = (nowMs: number): Periods => {
  const now = new Date(nowMs)
  const [year, month, date] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const day = now.toISOString().slice(0, 10)
  return {
    ...{ day, month: day.slice(0, 7) },
    ...{ dayEndsMs: Date.UTC(year, month, date + 1), monthEndsMs: Date.UTC(year, month + 1, 1) },
  }
}

/** Requests that a gateway takes at once at most. Those it had left are lost when it is killed: they were counted and never made. */
export const BLOCK_REQUESTS_MAX = 100
/** The same as a share of the smaller quota, so that what a killed gateway loses is small beside it. */
export const BLOCK_SHARE_MAX = 0.02
/** Tokens are counted while calls run, so a gateway looks at them again this soon. */
export const TOKENS_SEEN_MS_MAX = 5_000

export interface QuotaFacts {
  limits: CallLimits
  /** Taken by gateways so far. */
  requests: { day: number; month: number }
  /** Read and written by models for the app. */
  tokens: { day: number; month: number }
  nowMs: number
}

/** The block that a gateway gets: never more than the least that is left, so that no quota is ever exceeded. */
export const nextBlock = ({ limits, requests, tokens, nowMs }: QuotaFacts): QuotaBlock => {
  const { day, dayEndsMs, monthEndsMs } = periodsOf(nowMs)
  const hasTokens = limits.tokensPerDay !== null || limits.tokensPerMonth !== null
  const untilMs = hasTokens ? Math.min(dayEndsMs, nowMs + TOKENS_SEEN_MS_MAX) : dayEndsMs
  const none = (limit: QuotaEnd['limit'], max: number, resetsAtMs: number): QuotaBlock => ({
    ...{ requests: 0, day: '', untilMs: Math.min(resetsAtMs, nowMs + TOKENS_SEEN_MS_MAX) },
    end: { limit, max, resetsAtMs },
  })
  // The month first: when both are used up, the later moment is the one that helps.
  const { tokensPerMonth, tokensPerDay, requestsPerMonth, requestsPerDay } = limits
  if (tokensPerMonth !== null && tokens.month >= tokensPerMonth)
    return none('tokensPerMonth', tokensPerMonth, monthEndsMs)
  if (requestsPerMonth !== null && requests.month >= requestsPerMonth)
    return none('requestsPerMonth', requestsPerMonth, monthEndsMs)
  if (tokensPerDay !== null && tokens.day >= tokensPerDay) return none('tokensPerDay', tokensPerDay, dayEndsMs)
  if (requestsPerDay !== null && requests.day >= requestsPerDay)
    return none('requestsPerDay', requestsPerDay, dayEndsMs)
  const smaller = Math.min(requestsPerDay ?? Number.POSITIVE_INFINITY, requestsPerMonth ?? Number.POSITIVE_INFINITY)
  if (smaller === Number.POSITIVE_INFINITY) return { requests: BLOCK_REQUESTS_MAX, day: '', untilMs, end: null }
  const left = Math.min(
    (requestsPerDay ?? Number.POSITIVE_INFINITY) - requests.day,
    (requestsPerMonth ?? Number.POSITIVE_INFINITY) - requests.month,
  )
  const size = Math.max(1, Math.min(BLOCK_REQUESTS_MAX, Math.floor(smaller * BLOCK_SHARE_MAX)))
  return { requests: Math.min(size, left), day, untilMs, end: null }
}
