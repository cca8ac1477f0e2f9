import { eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { signInAttempts } from '../tables.ts'

export type AttemptRepository = ReturnType<typeof createAttemptRepository>

export interface CountedAttempts {
  points: number
  /** When they are forgotten. */
  until: Date
}

/** SQL only. Counters that every worker shares and a killed one does not lose, each forgotten at its time. */
export const createAttemptRepository = (database: Database) => ({
  /** One more; what there is with it. Two at the same time count as two. */
  async count(key: string, windowMs: number): Promise<CountedAttempts> {
    const until = sql`now() + ${windowMs} * interval '1 millisecond'`
    const isOver = sql`${signInAttempts.expire} <= now()`
    const [row] = await database
      .insert(signInAttempts)
      .values({ key, points: 1, expire: until })
      .onConflictDoUpdate({
        target: signInAttempts.key,
        set: {
          points: sql`case when ${isOver} then 1 else ${signInAttempts.points} + 1 end`,
          expire: sql`case when ${isOver} then ${until} else ${signInAttempts.expire} end`,
        },
      })
      .returning()
    return { points: row?.points ?? 1, until: row?.expire ?? new Date() }
  },

  /** Takes one back: it turned out well. */
  async giveBack(keys: string[]): Promise<void> {
    await database
      .update(signInAttempts)
      .set({ points: sql`greatest(0, ${signInAttempts.points} - 1)` })
      .where(inArray(signInAttempts.key, keys))
  },

  async forget(key: string): Promise<void> {
    await database.delete(signInAttempts).where(eq(signInAttempts.key, key))
  },

  async isKnown(key: string): Promise<boolean> {
    const [row] = await database
      .select({ isLive: sql<boolean>`${signInAttempts.expire} > now()` })
      .from(signInAttempts)
      .where(eq(signInAttempts.key, key))
    return row?.isLive ?? false
  },

  async removeOld(): Promise<void> {
    await database.delete(signInAttempts).where(lt(signInAttempts.expire, sql`now()`))
  },
})
