import { and, eq, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { turnKeys } from '../tables.ts'

/** How long a key stands for the turn that it began. */
const KEY_HOURS = 24
/** Expired keys that one new key removes: more than come in, so that they do not pile up. */
const REMOVED_MAX = 20

export type TurnKeyRepository = ReturnType<typeof createTurnKeyRepository>

/** Which turn stands behind a key, by app. */
export const createTurnKeyRepository = (database: Database) => ({
  async find(appId: string, key: string): Promise<string | undefined> {
    const [row] = await database
      .select({ runId: turnKeys.runId })
      .from(turnKeys)
      .where(and(eq(turnKeys.appId, appId), eq(turnKeys.key, key)))
    return row?.runId
  },

  /** Takes a free key, durably. Returns the turn of whoever has it: of several that come at once, all get the first one's. */
  async claim(wanted: { appId: string; key: string; runId: string }): Promise<string> {
    const isExpired = lt(turnKeys.createdAt, sql`now() - make_interval(hours => ${KEY_HOURS})`)
    await database
      .delete(turnKeys)
      .where(
        sql`ctid = any(array(select ctid from ${turnKeys} where ${isExpired} limit ${REMOVED_MAX} for update skip locked))`,
      )
    const [taken] = await database.insert(turnKeys).values(wanted).onConflictDoNothing().returning()
    const runId = taken?.runId ?? (await this.find(wanted.appId, wanted.key))
    if (runId === undefined) throw new Error('a key of a turn vanished while it was taken')
    return runId
  },
})
