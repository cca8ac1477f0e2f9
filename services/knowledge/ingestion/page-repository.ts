import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgePages } from '../tables.ts'

export type PageRow = typeof knowledgePages.$inferSelect

export interface PageFailure {
  page: number
  code: string
  reason: string
  remedy: string
}

/** Rows written by one statement. */
const ROWS_MAX = 2_000

/** Pages of one content of a document: `read` ones whose text cost money, `failed` ones, and ones that were `queued` to be read again. */
export const createPageRepository = (database: Database) => ({
  /** All of them, by page. */
  async of(documentId: string, contentHash: string): Promise<PageRow[]> {
    return database
      .select()
      .from(knowledgePages)
      .where(ofContent(documentId, contentHash))
      .orderBy(asc(knowledgePages.page))
  },

  async list(
    documentId: string,
    contentHash: string,
    page: { after: number; limit: number; state?: PageRow['state'] | undefined },
  ): Promise<PageRow[]> {
    return database
      .select()
      .from(knowledgePages)
      .where(
        and(
          ofContent(documentId, contentHash),
          gt(knowledgePages.page, page.after),
          page.state && eq(knowledgePages.state, page.state),
        ),
      )
      .orderBy(asc(knowledgePages.page))
      .limit(page.limit)
  },

  async storeText(page: Pick<PageRow, 'documentId' | 'contentHash' | 'page'> & { text: string }): Promise<void> {
    const { text } = page
    const read = { state: 'read' as const, text, failureCode: null, failureReason: null, failureRemedy: null }
    await database
      .insert(knowledgePages)
      .values({ ...page, ...read })
      .onConflictDoUpdate({ target: KEY, set: { ...read, attempts: nextAttempt, updatedAt: sql`now()` } })
  },

  /** A page whose text is known from before keeps it. Told again of a page that failed already, it counts no attempt. */
  async storeFailures(documentId: string, contentHash: string, failures: readonly PageFailure[]): Promise<void> {
    for (let start = 0; start < failures.length; start += ROWS_MAX) {
      const rows = failures.slice(start, start + ROWS_MAX).map(({ page, code, reason, remedy }) => ({
        ...{ documentId, contentHash, page, state: 'failed' as const },
        ...{ failureCode: code, failureReason: reason, failureRemedy: remedy },
      }))
      await database
        .insert(knowledgePages)
        .values(rows)
        .onConflictDoUpdate({
          target: KEY,
          set: {
            state: sql`case when ${knowledgePages.text} is null then 'failed' else 'read' end`,
            failureCode: sql`excluded.failure_code`,
            failureReason: sql`excluded.failure_reason`,
            failureRemedy: sql`excluded.failure_remedy`,
            attempts: nextAttempt,
            updatedAt: sql`now()`,
          },
        })
    }
  },

  /** Marks pages to be read again: these, or all that failed. Returns how many. */
  async queue(documentId: string, contentHash: string, pages: readonly number[] | 'failed'): Promise<number> {
    const wanted = pages === 'failed' ? eq(knowledgePages.state, 'failed') : inArray(knowledgePages.page, [...pages])
    const rows = await database
      .update(knowledgePages)
      .set({ state: 'queued', updatedAt: sql`now()` })
      .where(and(ofContent(documentId, contentHash), wanted))
      .returning({ page: knowledgePages.page })
    return rows.length
  },

  /**
   * After readings: pages that failed once and were read now need not be told of any more; nor do pages of contents that a document has no more.
   * `failed`: the pages that could not be read.
   */
  async settle(read: readonly { documentId: string; contentHash: string; failed: readonly number[] }[]): Promise<void> {
    await database.execute(sql`
      delete from knowledge_pages p
      using jsonb_to_recordset(${JSON.stringify(read)}::text::jsonb) as r("documentId" text, "contentHash" text, failed jsonb)
      where p.document_id = r."documentId" and case when p.content_hash = r."contentHash"
        then p.text is null and not r.failed @> to_jsonb(p.page)
        else not exists (select from knowledge_document_versions v
          where v.document_id = p.document_id and v.content_hash = p.content_hash) end`)
  },
})

const KEY = [knowledgePages.documentId, knowledgePages.contentHash, knowledgePages.page]
/** Of a page that was to be read again. */
const nextAttempt = sql`${knowledgePages.attempts} + case when ${knowledgePages.state} = 'queued' then 1 else 0 end`

const ofContent = (documentId: string, contentHash: string) =>
  and(eq(knowledgePages.documentId, documentId), eq(knowledgePages.contentHash, contentHash))
