import type { LimitSubject, QuotaBlock, ReserveQuota } from '#shared/permissions/call-limits.ts'
import type { TenantDependencies } from '../dependencies.ts'
import type { CallLimitsRow } from '../tables.ts'
import { nextBlock, periodsOf } from './quota-policy.ts'

type Dependencies = Pick<TenantDependencies, 'atomically' | 'limits' | 'usage'>

/**
 * Takes a block of requests out of the quotas of an app or a key, for one gateway, and gives back what that gateway left of its last one. On
 * disk before it is told, so that no request is let through that a crash would forget.
 */
export const reserveQuota = async (
  dependencies: Dependencies,
  { unused, ...subject }: ReserveQuota,
  nowMs = Date.now(),
): Promise<QuotaBlock> => {
  const periods = periodsOf(nowMs)
  const row = await dependencies.limits.find(subject.appId, subject.apiKey)
  if (unused) await returnQuota(dependencies, { ...subject, unused })
  if (!row) return { requests: UNLIMITED, day: '', untilMs: periods.dayEndsMs, end: null }
  const tokens = await tokensOf(dependencies, row, nowMs)
  if (row.requestsPerDay === null && row.requestsPerMonth === null)
    return nextBlock({ limits: row, requests: { day: 0, month: 0 }, tokens, nowMs })
  return dependencies.atomically(async ({ quotas }) => {
    const requests = await quotas.lock(subject, periods)
    const block = nextBlock({ limits: row, requests, tokens, nowMs })
    if (block.day !== '') await quotas.add(subject, periods, block.requests)
    if (requests.day === 0) await quotas.forgetBefore(subject, lastMonth(nowMs))
    return block
  })
}

/** Limits were taken away since the gateway heard of them; it hears of that soon. */
const UNLIMITED = 1_000

/** Gives back what a gateway did not use of a block. */
export const returnQuota = (
  dependencies: Pick<Dependencies, 'atomically'>,
  { unused: { day, requests }, ...subject }: LimitSubject & { unused: { day: string; requests: number } },
): Promise<void> =>
  dependencies.atomically(async ({ quotas }) => {
    const days = { day, month: day.slice(0, 7) }
    await quotas.lock(subject, days)
    await quotas.add(subject, days, -requests)
  })

/** What a subject has used of today and this month. */
export const readUse = async (
  dependencies: Pick<TenantDependencies, 'quotas' | 'usage'>,
  subject: LimitSubject,
  nowMs = Date.now(),
) => {
  const periods = periodsOf(nowMs)
  const requests = await dependencies.quotas.read(subject, periods)
  const tokens = subject.apiKey === '' ? await spentTokens(dependencies, subject.appId, nowMs) : { day: 0, month: 0 }
  return { periods, requests, tokens }
}

const tokensOf = (dependencies: Dependencies, row: CallLimitsRow, nowMs: number) =>
  row.tokensPerDay === null && row.tokensPerMonth === null
    ? { day: 0, month: 0 }
    : spentTokens(dependencies, row.appId, nowMs)

const spentTokens = async ({ usage }: Pick<TenantDependencies, 'usage'>, appId: string, nowMs: number) => {
  const { day, month } = periodsOf(nowMs)
  const since = { day: new Date(day), month: new Date(`${month}-01`), currency: '' }
  const { dayTokens, monthTokens } = await usage.spent(appId, since)
  return { day: dayTokens, month: monthTokens }
}

const lastMonth = (nowMs: number): string => {
  const now = new Date(nowMs)
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
}
