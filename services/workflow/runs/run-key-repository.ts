import { and, eq, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { runKeys } from '../tables.ts'

/** How long a key stands for the run that it started. Runs are kept for a day at least, so a key never outlives its run. */
export const RUN_KEY_HOURS = 24

export type RunKeyRepository = ReturnType<typeof createRunKeyRepository>

export interface RunKey {
  runId: string
  fingerprint: string
}

const isExpired = lt(runKeys.createdAt, sql`now() - make_interval(hours => ${RUN_KEY_HOURS})`)

/** Which run stands behind a key, by app. */
export const createRunKeyRepository = (database: Database) => ({
  async find(appId: string, key: string): Promise<RunKey | undefined> {
    const [row] = await database
      .select({ runId: runKeys.runId, fingerprint: runKeys.fingerprint })
      .from(runKeys)
      .where(and(eq(runKeys.appId, appId), eq(runKeys.key, key), sql`not (${isExpired})`))
    return row
  },

  /** Takes a free or expired key, durably. Returns who has it: of several that come at once, all get the first one's. */
  async claim(wanted: RunKey & { appId: string; key: string }): Promise<RunKey> {
    const [taken] = await database
      .insert(runKeys)
      .values(wanted)
      .onConflictDoUpdate({
        target: [runKeys.appId, runKeys.key],
        set: { runId: wanted.runId, fingerprint: wanted.fingerprint, createdAt: sql`now()` },
        setWhere: isExpired,
      })
      .returning({ runId: runKeys.runId, fingerprint: runKeys.fingerprint })
    const row = taken ?? (await this.find(wanted.appId, wanted.key))
    if (!row) throw new Error('a key of a run vanished while it was taken')
    return row
  },

  /** Removes at most `limit` expired keys; returns how many. */
  async removeExpired(limit: number): Promise<number> {
    const expired = sql`ctid = any(array(select ctid from ${runKeys} where ${isExpired} limit ${limit} for update skip locked))`
    return (await database.delete(runKeys).where(expired).returning({ key: runKeys.key })).length
  },
})
