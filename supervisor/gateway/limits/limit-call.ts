import type { CallLimits, LimitPair, LimitSubject, QuotaEnd } from '#shared/permissions/call-limits.ts'
import { CallLimitedError } from '../errors.ts'
import { hasQuota, type QuotaMeter } from './quota-meter.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { type RateWindow, rateLimitFields } from './rate-window.ts'

export interface LimitDependencies {
  rates: RateLimiter
  quotas: QuotaMeter
}

/** A key with limits, or with an app that has some. */
export interface LimitedKey {
  appId: string
  apiKey: string
  limits: LimitPair
}

/**
 * Takes one request out of all limits of a key and its app: rates first, since they cost nothing, then quotas. What to tell the client about its
 * rates: fields of the answer. Throws CallLimitedError, and what the quotas throw.
 */
export const limitCall = async (
  { rates, quotas }: LimitDependencies,
  { appId, apiKey, limits }: LimitedKey,
): Promise<Record<string, string>> => {
  const parts: Part[] = []
  if (limits.key) parts.push({ who: 'key', subject: { appId, apiKey }, limits: limits.key })
  if (limits.app) parts.push({ who: 'app', subject: { appId, apiKey: '' }, limits: limits.app })
  const windows: RateWindow[] = []
  for (const { who, subject, limits: own } of parts) {
    const taken = await rates.take(who, `${subject.appId} ${subject.apiKey}`, own)
    windows.push(...taken.windows)
    if (taken.exceeded) throw new CallLimitedError(taken.exceeded, windows)
  }
  const usedUp = await takeQuotas(quotas, parts)
  if (usedUp) throw new CallLimitedError(usedUp, [...windows, usedUp])
  return windows.length === 0 ? {} : rateLimitFields(windows)
}

interface Part {
  who: 'key' | 'app'
  subject: LimitSubject
  limits: CallLimits
}

/** The quota that is used up; what was taken before it is put back, since the request is not made. */
const takeQuotas = async (quotas: QuotaMeter, parts: readonly Part[]): Promise<RateWindow | undefined> => {
  const taken: LimitSubject[] = []
  for (const { who, subject, limits } of parts) {
    if (!hasQuota(limits)) continue
    const end = await quotas.take(subject)
    if (end) {
      for (const other of taken) quotas.putBack(other)
      return windowOf(who, end)
    }
    taken.push(subject)
  }
  return undefined
}

const windowOf = (who: Part['who'], { limit, max, resetsAtMs }: QuotaEnd): RateWindow => ({
  ...{ name: `${who}-${NAMES[limit]}`, limit: max, seconds: limit.endsWith('Day') ? DAY_SECONDS : MONTH_SECONDS },
  ...{ left: 0, resetMs: resetsAtMs - Date.now() },
})

const NAMES = {
  requestsPerDay: 'requests-per-day',
  requestsPerMonth: 'requests-per-month',
  tokensPerDay: 'tokens-per-day',
  tokensPerMonth: 'tokens-per-month',
} as const

const DAY_SECONDS = 86_400
/** Of the longest month: the field wants a number. */
const MONTH_SECONDS = 31 * DAY_SECONDS
