import { and, asc, eq, gt } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { agentStarters, type BotRow, bots } from '../tables.ts'

export type BotRepository = ReturnType<typeof createBotRepository>

/** SQL only. Every query but the search of root names its app. */
export const createBotRepository = (database: Database) => ({
  async find(appId: string, botId: string): Promise<BotRow | undefined> {
    const [row] = await database
      .select()
      .from(bots)
      .where(and(eq(bots.appId, appId), eq(bots.botId, botId)))
    return row
  },

  /** Bots of every app with this id, at most two: enough to know whether the id alone names one. */
  async findAnywhere(botId: string): Promise<BotRow[]> {
    return database.select().from(bots).where(eq(bots.botId, botId)).orderBy(asc(bots.appId)).limit(2)
  },

  /** By bot id, ascending; of one app, or of all of them. Pass the last id of a page to get the next one. */
  async list(appId: string | undefined, page: { after?: string | undefined; limit: number }): Promise<BotRow[]> {
    return database
      .select()
      .from(bots)
      .where(
        and(
          appId === undefined ? undefined : eq(bots.appId, appId),
          page.after === undefined ? undefined : gt(bots.botId, page.after),
        ),
      )
      .orderBy(asc(bots.botId), asc(bots.appId))
      .limit(page.limit)
  },

  /** Undefined when the app has a bot with this id. */
  async insert(row: Pick<BotRow, 'appId' | 'botId' | 'config' | 'keysEncrypted'>): Promise<BotRow | undefined> {
    const [inserted] = await database.insert(bots).values(row).onConflictDoNothing().returning()
    return inserted
  },

  async update(row: Pick<BotRow, 'appId' | 'botId' | 'config' | 'keysEncrypted'>): Promise<BotRow | undefined> {
    const [updated] = await database
      .update(bots)
      .set({ config: row.config, keysEncrypted: row.keysEncrypted, updatedAt: new Date() })
      .where(and(eq(bots.appId, row.appId), eq(bots.botId, row.botId)))
      .returning()
    return updated
  },

  /** False when there was no such bot. */
  async remove(appId: string, botId: string): Promise<boolean> {
    const removed = await database
      .delete(bots)
      .where(and(eq(bots.appId, appId), eq(bots.botId, botId)))
      .returning({ botId: bots.botId })
    return removed.length > 0
  },

  /** Notes that a starter is created now. False when it was before. */
  async markStarter(name: string): Promise<boolean> {
    const marked = await database.insert(agentStarters).values({ name }).onConflictDoNothing().returning()
    return marked.length > 0
  },
})
