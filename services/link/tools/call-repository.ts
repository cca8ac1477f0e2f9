import { eq, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { toolCalls } from '../tables.ts'

export type CallRepository = ReturnType<typeof createCallRepository>

/** SQL only. */
export const createCallRepository = (database: Database) => ({
  /** JSON of what was answered to this call. */
  async find(callHash: string): Promise<string | undefined> {
    const [row] = await database
      .select({ answer: toolCalls.answer })
      .from(toolCalls)
      .where(eq(toolCalls.callHash, callHash))
    return row?.answer
  },

  /** The first answer stays. */
  async keep(callHash: string, answer: string): Promise<void> {
    await database.insert(toolCalls).values({ callHash, answer }).onConflictDoNothing()
  },

  async deleteOlderThan(hours: number): Promise<void> {
    await database.delete(toolCalls).where(lt(toolCalls.createdAt, sql`now() - make_interval(hours => ${hours})`))
  },
})
