import { and, arrayContains, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeBases, knowledgeQueries } from '../tables.ts'

export type QueryRow = typeof knowledgeQueries.$inferSelect
export type NewQuery = Omit<QueryRow, 'createdAt'>

export interface QueryFilter {
  source?: string | undefined
  /** Only questions that found nothing. */
  withoutHits?: boolean | undefined
}

/** Questions of apps: each app sees its own. @param appId undefined is root acting for none: those of all apps */
export const createQueryRepository = (database: Database) => ({
  /** The same rows may come again. */
  async insert(rows: readonly NewQuery[]): Promise<void> {
    if (rows.length > 0)
      await database
        .insert(knowledgeQueries)
        .values([...rows])
        .onConflictDoNothing()
  },

  /** Newest first. Pass the last id of a page to get the next one. */
  async list(
    of: { appId: string | undefined; baseId: string },
    page: QueryFilter & { beforeId?: string | undefined; limit: number },
  ): Promise<QueryRow[]> {
    return database
      .select()
      .from(knowledgeQueries)
      .where(
        and(
          within(of),
          page.beforeId ? lt(knowledgeQueries.id, page.beforeId) : undefined,
          page.source ? eq(knowledgeQueries.source, page.source) : undefined,
          page.withoutHits ? sql`${knowledgeQueries.hits} = '[]'::jsonb` : undefined,
        ),
      )
      .orderBy(desc(knowledgeQueries.id))
      .limit(page.limit)
  },

  /** Removes one question, or all of the base. One that was asked of several bases goes from all of them. @returns how many */
  async delete(of: { appId: string | undefined; baseId: string }, queryId?: string): Promise<number> {
    const rows = await database
      .delete(knowledgeQueries)
      .where(and(within(of), queryId === undefined ? undefined : eq(knowledgeQueries.id, queryId)))
      .returning({ id: knowledgeQueries.id })
    return rows.length
  },

  /** Removes some of the questions that are too old, or whose bases are all gone. @returns how many */
  async sweep({ olderThanMs, limit }: { olderThanMs: number; limit: number }): Promise<number> {
    const isOver = sql`${knowledgeQueries.createdAt} < now() - make_interval(secs => ${olderThanMs / 1000}::float8)
      or not exists (select 1 from ${knowledgeBases} where ${knowledgeBases.id} = any(${knowledgeQueries.baseIds}))`
    const over = database.select({ id: knowledgeQueries.id }).from(knowledgeQueries).where(isOver).limit(limit)
    const rows = await database
      .delete(knowledgeQueries)
      .where(inArray(knowledgeQueries.id, over))
      .returning({ id: knowledgeQueries.id })
    return rows.length
  },
})

export type QueryRepository = ReturnType<typeof createQueryRepository>

const within = ({ appId, baseId }: { appId: string | undefined; baseId: string }) =>
  and(
    arrayContains(knowledgeQueries.baseIds, [baseId]),
    appId === undefined ? undefined : eq(knowledgeQueries.appId, appId),
  )
