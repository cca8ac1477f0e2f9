import { and, desc, eq, inArray, lt, ne, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { ContentKnownError } from '../errors.ts'
import { type DocumentRow, knowledgeDocuments, knowledgeDocumentVersions, knowledgePages } from '../tables.ts'
import { ofRun } from './document-repository.ts'
import { statesBefore } from './document-state.ts'

export type VersionRow = typeof knowledgeDocumentVersions.$inferSelect

/** What a version is made of: a stored file and what was found out by a look at it. */
export type VersionContent = Pick<VersionRow, 'name' | 'mediaType' | 'contentHash' | 'sizeBytes'>

/** Versions of a document that are kept, with their files; older ones go when a new one comes. */
export const VERSIONS_KEPT_MAX = 10

/** What the reading of a document's version in place came to. */
export interface InPlaceRead {
  documentId: string
  runId: string
  chunkCount: number
  pageCount: number | null
  failedPages: number
  pagesRead: number
}

/** The rule that these follow is told in document-state.ts. */
export const createVersionRepository = (database: Database) => ({
  async find(documentId: string, version: number): Promise<VersionRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeDocumentVersions)
      .where(and(eq(knowledgeDocumentVersions.documentId, documentId), eq(knowledgeDocumentVersions.version, version)))
    return row
  },

  /** Newest first; at most VERSIONS_KEPT_MAX and the ones in use. */
  async list(documentId: string): Promise<VersionRow[]> {
    return database
      .select()
      .from(knowledgeDocumentVersions)
      .where(eq(knowledgeDocumentVersions.documentId, documentId))
      .orderBy(desc(knowledgeDocumentVersions.version))
  },

  /** What an ingestion of the document has to read: the pending version, or else the one in place. Undefined when it has no file. */
  async contentToRead(document: DocumentRow): Promise<(VersionContent & { version: number }) | undefined> {
    const { pendingVersion, version, name, mediaType, contentHash, sizeBytes } = document
    if (pendingVersion !== null) return this.find(document.id, pendingVersion)
    return contentHash === null ? undefined : { version, name, mediaType, contentHash, sizeBytes }
  },

  /**
   * Adds a version and makes it the pending one, to be read by the next run. The document's row needs a lock. Undefined when it is gone or is a
   * draft.
   */
  async add(document: DocumentRow, content: VersionContent): Promise<DocumentRow | undefined> {
    const [newest] = await this.list(document.id)
    const version = Math.max(newest?.version ?? 0, document.version) + 1
    await database.insert(knowledgeDocumentVersions).values({ documentId: document.id, version, ...content })
    await database
      .delete(knowledgeDocumentVersions)
      .where(
        and(
          eq(knowledgeDocumentVersions.documentId, document.id),
          lt(knowledgeDocumentVersions.version, version - VERSIONS_KEPT_MAX + 1),
          ne(knowledgeDocumentVersions.version, document.version),
        ),
      )
    return this.queue(document.id, version)
  },

  /** Queues the document to be read as this version; null: as the one in place. */
  async queue(documentId: string, pendingVersion: number | null): Promise<DocumentRow | undefined> {
    const [queued] = await database
      .update(knowledgeDocuments)
      .set({ state: 'queued', pendingVersion, runId: null, pagesRead: 0, updatedAt: sql`now()` })
      .where(and(eq(knowledgeDocuments.id, documentId), inArray(knowledgeDocuments.state, statesBefore('queued'))))
      .returning()
    return queued
  },

  /** Leaves the version in place as it is, and whoever reads the pending one without anything to do. The row needs a lock. */
  async callOff(document: DocumentRow): Promise<DocumentRow | undefined> {
    const inPlace = await this.find(document.id, document.version)
    const pageCount = inPlace?.pageCount ?? null
    const failedPages = await database.$count(
      knowledgePages,
      and(
        eq(knowledgePages.documentId, document.id),
        eq(knowledgePages.contentHash, document.contentHash ?? ''),
        eq(knowledgePages.state, 'failed'),
      ),
    )
    const failure = { failureCode: null, failureReason: null, failureRemedy: null }
    const [row] = await database
      .update(knowledgeDocuments)
      .set({
        ...failure,
        state: 'ready',
        pendingVersion: null,
        pageCount,
        pagesRead: Math.max(0, (pageCount ?? 0) - failedPages),
        failedPages,
        updatedAt: sql`now()`,
      })
      .where(eq(knowledgeDocuments.id, document.id))
      .returning()
    return row
  },

  /**
   * `ready`, with the version that was read in place: part of the transaction that commits its chunks. Undefined, and nothing is written, when the
   * document is gone, was finished by another run, or has got a newer version meanwhile. Throws ContentKnownError when another document of the
   * base has got the same content meanwhile.
   */
  async switchTo(
    read: { document: DocumentRow; runId?: string | undefined },
    facts: { chunkCount: number; pageCount?: number | null; failedPages?: number },
  ): Promise<DocumentRow | undefined> {
    const { document, runId } = read
    const content = await this.contentToRead(document)
    if (!content) return undefined
    const { version, mediaType, contentHash, sizeBytes } = content
    const isNew = document.pendingVersion !== null
    if (isNew) await this.refuseKnown(document, contentHash)
    const [row] = await database
      .update(knowledgeDocuments)
      .set({
        ...facts,
        ...(isNew ? { version, mediaType, contentHash, sizeBytes, pendingVersion: null } : {}),
        state: 'ready',
        failureCode: null,
        failureReason: null,
        failureRemedy: null,
        updatedAt: sql`now()`,
      })
      .where(
        and(
          eq(knowledgeDocuments.id, document.id),
          inArray(knowledgeDocuments.state, statesBefore('ready')),
          sql`${knowledgeDocuments.pendingVersion} is not distinct from ${document.pendingVersion}::integer`,
          ofRun(runId),
        ),
      )
      .returning()
    if (!row) return undefined
    const counts = { pageCount: row.pageCount, chunkCount: row.chunkCount }
    await database
      .insert(knowledgeDocumentVersions)
      .values({ documentId: row.id, ...content, ...counts })
      .onConflictDoUpdate({
        target: [knowledgeDocumentVersions.documentId, knowledgeDocumentVersions.version],
        set: counts,
      })
    return row
  },

  /**
   * `switchTo` for documents whose version in place was read, in one statement. False when it is not so any more of one of them: then the
   * transaction has to be called off.
   */
  async settleInPlace(read: readonly InPlaceRead[]): Promise<boolean> {
    if (read.length === 0) return true
    const rows = await database.execute(sql`
      with settled as (
        update knowledge_documents d set state = 'ready', chunk_count = r."chunkCount", page_count = r."pageCount",
          failed_pages = r."failedPages", pages_read = r."pagesRead", failure_code = null, failure_reason = null, failure_remedy = null,
          updated_at = now()
        from jsonb_to_recordset(${JSON.stringify(read)}::text::jsonb) as r("documentId" text, "runId" text, "chunkCount" integer,
          "pageCount" integer, "failedPages" integer, "pagesRead" integer)
        where d.id = r."documentId" and d.pending_version is null and coalesce(d.run_id, r."runId") = r."runId"
          and ${inArray(sql`d.state`, statesBefore('ready'))}
        returning d.*
      ), counted as (
        insert into knowledge_document_versions
          (document_id, version, name, media_type, content_hash, size_bytes, page_count, chunk_count)
        select id, version, name, media_type, content_hash, size_bytes, page_count, chunk_count from settled
        on conflict (document_id, version) do update set page_count = excluded.page_count, chunk_count = excluded.chunk_count
      )
      select id from settled`)
    return (rows as unknown as unknown[]).length === read.length
  },

  /** Throws ContentKnownError when another document of the base has this content: the index over them would refuse it, but not say whose it is. */
  async refuseKnown(document: DocumentRow, contentHash: string): Promise<void> {
    const [other] = await database
      .select({ id: knowledgeDocuments.id })
      .from(knowledgeDocuments)
      .where(
        and(
          eq(knowledgeDocuments.baseId, document.baseId ?? ''),
          eq(knowledgeDocuments.contentHash, contentHash),
          ne(knowledgeDocuments.id, document.id),
        ),
      )
    if (other) throw new ContentKnownError(other.id)
  },
})

export type VersionRepository = ReturnType<typeof createVersionRepository>
