import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { LimitSubject } from '#shared/permissions/call-limits.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { quotaCounters } from '../tables.ts'

export type QuotaRepository = ReturnType<typeof createQuotaRepository>

interface Days {
  day: string
  month: string
}

/** SQL only. */
export const createQuotaRepository = (database: Database) => ({
  /** What was taken in a day and its month, held against other gateways until the transaction ends. */
  async lock(subject: LimitSubject, { day, month }: Days): Promise<{ day: number; month: number }> {
    // The month first, by everybody, so that gateways wait for each other and never in a circle.
    const rows = [month, day].map((period) => ({ ...subject, period, requests: 0 }))
    await database.insert(quotaCounters).values(rows).onConflictDoNothing()
    const counted = await database
      .select({ period: quotaCounters.period, requests: quotaCounters.requests })
      .from(quotaCounters)
      .where(and(of(subject), inArray(quotaCounters.period, [month, day])))
      .orderBy(quotaCounters.period)
      .for('update')
    const requestsOf = (period: string) => counted.find((row) => row.period === period)?.requests ?? 0
    return { day: requestsOf(day), month: requestsOf(month) }
  },

  /** Adds to a day and its month; less than nothing gives back. */
  async add(subject: LimitSubject, { day, month }: Days, requests: number): Promise<void> {
    await database
      .update(quotaCounters)
      .set({ requests: sql`greatest(0, ${quotaCounters.requests} + ${requests})` })
      .where(and(of(subject), inArray(quotaCounters.period, [month, day])))
  },

  async read(subject: LimitSubject, { day, month }: Days): Promise<{ day: number; month: number }> {
    const rows = await database
      .select()
      .from(quotaCounters)
      .where(and(of(subject), inArray(quotaCounters.period, [day, month])))
    const requestsOf = (period: string) => rows.find((row) => row.period === period)?.requests ?? 0
    return { day: requestsOf(day), month: requestsOf(month) }
  },

  /** Forgets what nobody looks at any more. */
  async forgetBefore(subject: LimitSubject, month: string): Promise<void> {
    await database.delete(quotaCounters).where(and(of(subject), lt(quotaCounters.period, month)))
  },
})

const of = ({ appId, apiKey }: LimitSubject) => and(eq(quotaCounters.appId, appId), eq(quotaCounters.apiKey, apiKey))
