import { and, asc, desc, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type MemoryRow, memories } from '../tables.ts'

/** Whose facts: an agent's about one user. */
export interface MemoryScope {
  appId: string
  botId: string
  uid: string
}

export type MemoryRepository = ReturnType<typeof createMemoryRepository>

/** SQL only. */
export const createMemoryRepository = (database: Database) => ({
  /** False when there is one with this id: then nothing is changed. */
  async insert(row: typeof memories.$inferInsert): Promise<boolean> {
    const inserted = await database.insert(memories).values(row).onConflictDoNothing().returning({ id: memories.id })
    return inserted.length > 0
  },

  async find(appId: string | undefined, id: string): Promise<MemoryRow | undefined> {
    const [row] = await database.select().from(memories).where(isOne(appId, id))
    return row
  },

  async count(scope: MemoryScope): Promise<number> {
    return database.$count(memories, inScope(scope))
  },

  /** By id; of a whole app, or of every app. */
  async list(
    filter: { appId?: string | undefined; botId?: string | undefined; uid?: string | undefined },
    page: { after?: string | undefined; limit: number },
  ): Promise<MemoryRow[]> {
    return database
      .select()
      .from(memories)
      .where(
        and(
          filter.appId === undefined ? undefined : eq(memories.appId, filter.appId),
          filter.botId === undefined ? undefined : eq(memories.botId, filter.botId),
          filter.uid === undefined ? undefined : eq(memories.uid, filter.uid),
          page.after === undefined ? undefined : gt(memories.id, page.after),
        ),
      )
      .orderBy(asc(memories.id))
      .limit(page.limit)
  },

  /** Those that share terms with a question first, the best of them in front; then the newest. */
  async search(scope: MemoryScope, terms: readonly string[], limit: number): Promise<(MemoryRow & { rank: number })[]> {
    const rank = rankOf(terms)
    const rows = await database
      .select({ row: memories, rank })
      .from(memories)
      .where(inScope(scope))
      .orderBy(desc(rank), desc(memories.updatedAt), desc(memories.id))
      .limit(limit)
    return rows.map(({ row, rank: found }) => ({ ...row, rank: found }))
  },

  async update(id: string, changes: Pick<MemoryRow, 'text' | 'terms'>): Promise<MemoryRow | undefined> {
    const [row] = await database
      .update(memories)
      .set({ ...changes, updatedAt: new Date() })
      .where(eq(memories.id, id))
      .returning()
    return row
  },

  /** False when there was none. */
  async remove(id: string): Promise<boolean> {
    const removed = await database.delete(memories).where(eq(memories.id, id)).returning({ id: memories.id })
    return removed.length > 0
  },

  async removeAll(scope: MemoryScope): Promise<number> {
    const removed = await database.delete(memories).where(inScope(scope)).returning({ id: memories.id })
    return removed.length
  },
})

const isOne = (appId: string | undefined, id: string) =>
  and(eq(memories.id, id), appId === undefined ? undefined : eq(memories.appId, appId))

const inScope = ({ appId, botId, uid }: MemoryScope) =>
  and(eq(memories.appId, appId), eq(memories.botId, botId), eq(memories.uid, uid))

/** The terms are letters and digits alone, so they need no quoting beyond that of a query's words. */
const rankOf = (terms: readonly string[]): SQL<number> => {
  if (terms.length === 0) return sql<number>`0::float4`
  const query = terms.map((term) => `'${term}'`).join(' | ')
  return sql<number>`ts_rank(array_to_tsvector(string_to_array(${memories.terms}, ' ')), ${query}::tsquery)`
}
