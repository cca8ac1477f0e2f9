import { and, asc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type DocumentRow, knowledgeDocuments } from '../tables.ts'

/** Documents that wait for their reading or are being read, and the way back there. */
export const createUnfinishedRepository = (database: Database) => ({
  /** Oldest first. @param appId undefined for those of all apps */
  async list(appId: string | undefined, page: { after?: string | undefined; limit: number }): Promise<DocumentRow[]> {
    return database
      .select()
      .from(knowledgeDocuments)
      .where(
        and(
          inArray(knowledgeDocuments.state, ['queued', 'reading', 'splitting', 'indexing']),
          appId === undefined ? undefined : eq(knowledgeDocuments.appId, appId),
          page.after === undefined ? undefined : gt(knowledgeDocuments.id, page.after),
        ),
      )
      .orderBy(asc(knowledgeDocuments.id))
      .limit(page.limit)
  },

  /** Puts a document that is ready or failed back into the queue, without a run yet. Undefined when it is neither. */
  async queue(documentId: string): Promise<DocumentRow | undefined> {
    const [row] = await database
      .update(knowledgeDocuments)
      .set(QUEUED)
      .where(and(eq(knowledgeDocuments.id, documentId), isSettled))
      .returning()
    return row
  },

  /** The same for documents of a base that have a file to read, by id from after one. */
  async queueSome(baseId: string, page: { after: string; limit: number }): Promise<DocumentRow[]> {
    const some = database
      .select({ id: knowledgeDocuments.id })
      .from(knowledgeDocuments)
      .where(
        and(
          eq(knowledgeDocuments.baseId, baseId),
          gt(knowledgeDocuments.id, page.after),
          isSettled,
          or(isNotNull(knowledgeDocuments.contentHash), isNotNull(knowledgeDocuments.pendingVersion)),
        ),
      )
      .orderBy(asc(knowledgeDocuments.id))
      .limit(page.limit)
    return database
      .update(knowledgeDocuments)
      .set(QUEUED)
      .where(and(inArray(knowledgeDocuments.id, some), isSettled))
      .returning()
  },
})

const QUEUED = { state: 'queued' as const, runId: null, pagesRead: 0, updatedAt: sql`now()` }
const isSettled = inArray(knowledgeDocuments.state, ['ready', 'failed'])
