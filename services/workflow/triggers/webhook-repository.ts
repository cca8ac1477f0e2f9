import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type WebhookRow, webhooks } from '../tables.ts'

export type WebhookRepository = ReturnType<typeof createWebhookRepository>
export type NewWebhook = Omit<WebhookRow, 'createdAt' | 'minuteAt' | 'minuteCalls'>

export const createWebhookRepository = (database: Database) => ({
  async insert(row: NewWebhook): Promise<WebhookRow> {
    const [inserted] = await database.insert(webhooks).values(row).returning()
    if (!inserted) throw new Error('The database returned no row.')
    return inserted
  },

  async find(id: string): Promise<WebhookRow | undefined> {
    const [row] = await database.select().from(webhooks).where(eq(webhooks.id, id))
    return row
  },

  /** Newest first. */
  list(query: { appId: string | undefined; beforeId: string | undefined; limit: number }): Promise<WebhookRow[]> {
    return database
      .select()
      .from(webhooks)
      .where(
        and(
          query.appId === undefined ? undefined : eq(webhooks.appId, query.appId),
          query.beforeId === undefined ? undefined : lt(webhooks.id, query.beforeId),
        ),
      )
      .orderBy(desc(webhooks.id))
      .limit(query.limit)
  },

  async remove(id: string): Promise<void> {
    await database.delete(webhooks).where(eq(webhooks.id, id))
  },

  /** Counts a call of an enabled webhook, in all workers together: its `minuteCalls` include this one. Undefined when there is none. */
  async countCall(tokenHash: string): Promise<WebhookRow | undefined> {
    const isSameMinute = sql`${webhooks.minuteAt} > now() - interval '1 minute'`
    const [row] = await database
      .update(webhooks)
      .set({
        minuteAt: sql`case when ${isSameMinute} then ${webhooks.minuteAt} else now() end`,
        minuteCalls: sql`case when ${isSameMinute} then ${webhooks.minuteCalls} + 1 else 1 end`,
      })
      .where(and(eq(webhooks.tokenHash, tokenHash), eq(webhooks.enabled, true)))
      .returning()
    return row
  },
})
