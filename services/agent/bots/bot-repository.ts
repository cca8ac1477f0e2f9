import { and, asc, desc, eq, gt, lt, ne } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { agentStarters, type BotRow, type BotVersionRow, bots, botVersions, memories } from '../tables.ts'

export type BotRepository = ReturnType<typeof createBotRepository>

/** SQL only. Every query but the search of root names its app. */
export const createBotRepository = (database: Database) => ({
  async find(appId: string, botId: string): Promise<BotRow | undefined> {
    const [row] = await database.select().from(bots).where(isBot(appId, botId))
    return row
  },

  /** The same, held against other writers until the transaction ends. */
  async findForUpdate(appId: string, botId: string): Promise<BotRow | undefined> {
    const [row] = await database.select().from(bots).where(isBot(appId, botId)).for('update')
    return row
  },

  /** A bot with the version that chats use, in one question; undefined when none is published. */
  async findPublished(appId: string, botId: string): Promise<{ bot: BotRow; version: BotVersionRow } | undefined> {
    const [row] = await database
      .select({ bot: bots, version: botVersions })
      .from(bots)
      .innerJoin(
        botVersions,
        and(
          eq(botVersions.appId, bots.appId),
          eq(botVersions.botId, bots.botId),
          eq(botVersions.number, bots.publishedVersion),
        ),
      )
      .where(isBot(appId, botId))
    return row
  },

  /** Apps that have a bot with this id, at most two: enough to know whether the id alone names one. */
  async findApps(botId: string): Promise<string[]> {
    const rows = await database
      .select({ appId: bots.appId })
      .from(bots)
      .where(eq(bots.botId, botId))
      .orderBy(asc(bots.appId))
      .limit(2)
    return rows.map(({ appId }) => appId)
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
  async insert(row: typeof bots.$inferInsert): Promise<BotRow | undefined> {
    const [inserted] = await database.insert(bots).values(row).onConflictDoNothing().returning()
    return inserted
  },

  async update(row: Pick<BotRow, 'appId' | 'botId'> & Partial<BotRow>): Promise<BotRow | undefined> {
    const { appId, botId, ...changes } = row
    const [updated] = await database
      .update(bots)
      .set({ ...changes, updatedAt: new Date() })
      .where(isBot(appId, botId))
      .returning()
    return updated
  },

  /** With all its versions and all that it remembers. False when there was no such bot. */
  async remove(appId: string, botId: string): Promise<boolean> {
    const removed = await database.delete(bots).where(isBot(appId, botId)).returning({ botId: bots.botId })
    await database.delete(botVersions).where(isVersionOf(appId, botId))
    await database.delete(memories).where(and(eq(memories.appId, appId), eq(memories.botId, botId)))
    return removed.length > 0
  },

  async insertVersion(row: typeof botVersions.$inferInsert): Promise<void> {
    await database.insert(botVersions).values(row)
  },

  async findVersion(appId: string, botId: string, number: number): Promise<BotVersionRow | undefined> {
    const [row] = await database
      .select()
      .from(botVersions)
      .where(and(isVersionOf(appId, botId), eq(botVersions.number, number)))
    return row
  },

  /** Newest first. Pass the last number of a page to get the next one. */
  async listVersions(
    { appId, botId }: { appId: string; botId: string },
    page: { before?: number | undefined; limit: number },
  ): Promise<BotVersionRow[]> {
    return database
      .select()
      .from(botVersions)
      .where(
        and(isVersionOf(appId, botId), page.before === undefined ? undefined : lt(botVersions.number, page.before)),
      )
      .orderBy(desc(botVersions.number))
      .limit(page.limit)
  },

  /** Removes versions below a number, but for one. */
  async removeVersionsBelow(bot: { appId: string; botId: string }, below: number, kept: number): Promise<void> {
    await database
      .delete(botVersions)
      .where(and(isVersionOf(bot.appId, bot.botId), lt(botVersions.number, below), ne(botVersions.number, kept)))
  },

  /** Notes that a starter is created now. False when it was before. */
  async markStarter(name: string): Promise<boolean> {
    const marked = await database.insert(agentStarters).values({ name }).onConflictDoNothing().returning()
    return marked.length > 0
  },
})

const isBot = (appId: string, botId: string) => and(eq(bots.appId, appId), eq(bots.botId, botId))
const isVersionOf = (appId: string, botId: string) => and(eq(botVersions.appId, appId), eq(botVersions.botId, botId))
