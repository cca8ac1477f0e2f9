import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type CallLimitsRow, callLimits } from '../tables.ts'

export type LimitRepository = ReturnType<typeof createLimitRepository>

/** SQL only. An `apiKey` of '' stands for the app as a whole. */
export const createLimitRepository = (database: Database) => ({
  async find(appId: string, apiKey: string): Promise<CallLimitsRow | undefined> {
    const [row] = await database
      .select()
      .from(callLimits)
      .where(and(eq(callLimits.appId, appId), eq(callLimits.apiKey, apiKey)))
    return row
  },

  /** Those of the key and of its app, as far as there are any. */
  async findBoth(appId: string, apiKey: string): Promise<{ key?: CallLimitsRow; app?: CallLimitsRow }> {
    const rows = await database
      .select()
      .from(callLimits)
      .where(and(eq(callLimits.appId, appId), sql`${callLimits.apiKey} in ('', ${apiKey})`))
    const key = rows.find((row) => row.apiKey !== '')
    const app = rows.find((row) => row.apiKey === '')
    return { ...(key ? { key } : {}), ...(app ? { app } : {}) }
  },

  async save(row: CallLimitsRow): Promise<void> {
    const { appId, apiKey, ...limits } = row
    await database
      .insert(callLimits)
      .values(row)
      .onConflictDoUpdate({ target: [callLimits.appId, callLimits.apiKey], set: limits })
  },

  async remove(appId: string, apiKey: string): Promise<void> {
    await database.delete(callLimits).where(and(eq(callLimits.appId, appId), eq(callLimits.apiKey, apiKey)))
  },
})
