import { and, desc, eq, getTableColumns, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type DocumentRow, knowledgeDocuments, knowledgeDocumentVersions } from '../tables.ts'
import { type DocumentState, statesBefore } from './document-state.ts'

export type NewDocument = Pick<DocumentRow, 'id' | 'appId' | 'baseId' | 'name' | 'mediaType' | 'state'> &
  Optional<'contentHash' | 'sizeBytes' | 'folderId' | 'tags' | 'metadata' | 'sourceUrl'>

type Facts = Optional<
  | 'failureCode'
  | 'failureReason'
  | 'failureRemedy'
  | 'pageCount'
  | 'pagesRead'
  | 'failedPages'
  | 'readingSince'
  | 'chunkCount'
  | 'runId'
  | 'baseId'
  | 'name'
  | 'folderId'
  | 'tags'
  | 'metadata'
>

/** Undefined is as good as left out. */
type Optional<Column extends keyof DocumentRow> = { [Name in Column]?: DocumentRow[Name] | undefined }

/** A document as a run has it: its steps change nothing once another run has taken the document over. */
export interface RunSubject {
  documentId: string
  runId: string
}

/** `appId` is the app a call acts for; undefined is root acting for none, who sees every document. */
export const createDocumentRepository = (database: Database) => ({
  /** Its file, when it has one, is its first version. Undefined when the base holds a document of the same content. */
  async insert(row: NewDocument): Promise<DocumentRow | undefined> {
    const [inserted] = await this.insertAll([row])
    return inserted
  },

  /** The same for several, in one statement. Those that were inserted, in no order. */
  async insertAll(rows: readonly NewDocument[]): Promise<DocumentRow[]> {
    const fresh = database
      .insert(knowledgeDocuments)
      .values([...rows])
      .onConflictDoNothing()
      .returning()
    const inserted = database.$with('inserted').as(fresh)
    const first = database.$with('first_versions').as(
      database
        .insert(knowledgeDocumentVersions)
        .select(sql`select id, version, name, media_type, content_hash, size_bytes, page_count, 0, created_at from inserted
          where content_hash is not null`)
        .returning({ documentId: knowledgeDocumentVersions.documentId }),
    )
    return database.with(inserted, first).select().from(inserted)
  },

  async find(appId: string | undefined, documentId: string): Promise<DocumentRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeDocuments)
      .where(and(eq(knowledgeDocuments.id, documentId), ownedBy(appId)))
    return row
  },

  async findByContent(baseId: string, contentHash: string): Promise<DocumentRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeDocuments)
      .where(and(eq(knowledgeDocuments.baseId, baseId), eq(knowledgeDocuments.contentHash, contentHash)))
    return row
  },

  /** The newest of the base that has this name, or came from this address. */
  async findLike(baseId: string, like: { name: string } | { sourceUrl: string }): Promise<DocumentRow | undefined> {
    const same =
      'name' in like ? eq(knowledgeDocuments.name, like.name) : eq(knowledgeDocuments.sourceUrl, like.sourceUrl)
    const [row] = await database
      .select()
      .from(knowledgeDocuments)
      .where(and(eq(knowledgeDocuments.baseId, baseId), same))
      .orderBy(desc(knowledgeDocuments.id))
      .limit(1)
    return row
  },

  /** The document, which nobody else changes until the transaction ends. */
  async lock(documentId: string): Promise<DocumentRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeDocuments)
      .where(eq(knowledgeDocuments.id, documentId))
      .for('update')
    return row
  },

  /** Writes a step of the document's life. Undefined when it may not go there from where it is, or is gone: then nothing is written. */
  async move(subject: string | RunSubject, to: DocumentState, facts: Facts = {}): Promise<DocumentRow | undefined> {
    const { documentId, runId } = typeof subject === 'string' ? { documentId: subject, runId: undefined } : subject
    const [row] = await database
      .update(knowledgeDocuments)
      .set({ ...facts, state: to, updatedAt: sql`now()` })
      .where(
        and(eq(knowledgeDocuments.id, documentId), inArray(knowledgeDocuments.state, statesBefore(to)), ofRun(runId)),
      )
      .returning()
    return row
  },

  /**
   * The step to `reading` of several runs at once. Whoever begins is named by its document from then on. Of a document that is gone, finished, or of
   * another run there is no row in the answer.
   */
  async beginReading(subjects: readonly RunSubject[]): Promise<DocumentRow[]> {
    const begun = JSON.stringify(subjects.map(({ documentId, runId }) => ({ id: documentId, run: runId })))
    return database
      .update(knowledgeDocuments)
      .set({
        ...{ state: 'reading', pagesRead: 0, failedPages: 0, readingSince: null },
        ...{ runId: sql`begun.run`, updatedAt: sql`now()` },
      })
      .from(sql`jsonb_to_recordset(${begun}::text::jsonb) as begun(id text, run text)`)
      .where(
        and(
          sql`${knowledgeDocuments.id} = begun.id`,
          inArray(knowledgeDocuments.state, statesBefore('reading')),
          sql`coalesce(${knowledgeDocuments.runId}, begun.run) = begun.run`,
        ),
      )
      .returning(getTableColumns(knowledgeDocuments))
  },

  /** Names the runs that were queued for documents, but for those whose reading has begun: they name theirs. */
  async noteQueued(subjects: readonly RunSubject[]): Promise<void> {
    const queued = JSON.stringify(subjects.map(({ documentId, runId }) => ({ id: documentId, run: runId })))
    await database
      .update(knowledgeDocuments)
      .set({ runId: sql`queued.run`, updatedAt: sql`now()` })
      .from(sql`jsonb_to_recordset(${queued}::text::jsonb) as queued(id text, run text)`)
      .where(and(sql`${knowledgeDocuments.id} = queued.id`, eq(knowledgeDocuments.state, 'queued')))
  },

  /** Writes facts that change no state. */
  async note(documentId: string, facts: Facts): Promise<void> {
    await database
      .update(knowledgeDocuments)
      .set({ ...facts, updatedAt: sql`now()` })
      .where(eq(knowledgeDocuments.id, documentId))
  },

  /** Whether searches find its chunks; false as well when it is gone. */
  async isEnabled(documentId: string): Promise<boolean> {
    const [row] = await database
      .select({ enabled: knowledgeDocuments.enabled })
      .from(knowledgeDocuments)
      .where(eq(knowledgeDocuments.id, documentId))
    return row?.enabled ?? false
  },

  /** Ids of those of them whose chunks searches find. */
  async enabledOf(documentIds: readonly string[]): Promise<Set<string>> {
    const rows = await database
      .select({ id: knowledgeDocuments.id })
      .from(knowledgeDocuments)
      .where(and(inArray(knowledgeDocuments.id, [...documentIds]), knowledgeDocuments.enabled))
    return new Set(rows.map(({ id }) => id))
  },

  /** False when it was so already, or is gone. Only `chunks/show-chunks.ts` may call it: the index has to change with it. */
  async setEnabled(documentId: string, enabled: boolean): Promise<boolean> {
    const rows = await database
      .update(knowledgeDocuments)
      .set({ enabled, updatedAt: sql`now()` })
      .where(and(eq(knowledgeDocuments.id, documentId), eq(knowledgeDocuments.enabled, !enabled)))
      .returning({ id: knowledgeDocuments.id })
    return rows.length > 0
  },

  /** Puts what counts of its chunks into the row. */
  async recount(documentId: string): Promise<void> {
    await database.execute(sql`update knowledge_documents set updated_at = now(),
      chunk_count = (select count(*) from knowledge_chunks where document_id = ${documentId}) where id = ${documentId}`)
  },

  async delete(documentId: string): Promise<void> {
    await database.delete(knowledgeDocuments).where(eq(knowledgeDocuments.id, documentId))
  },

  /** Stored and acknowledged, but the process died before the run was queued. */
  async stranded(olderThanMs: number, limit: number): Promise<DocumentRow[]> {
    return database
      .select()
      .from(knowledgeDocuments)
      .where(
        and(
          eq(knowledgeDocuments.state, 'queued'),
          isNull(knowledgeDocuments.runId),
          lt(knowledgeDocuments.updatedAt, ago(olderThanMs)),
        ),
      )
      .limit(limit)
  },

  /** Drafts that nobody saved into a base. */
  async deleteDrafts(olderThanMs: number): Promise<void> {
    await database
      .delete(knowledgeDocuments)
      .where(and(eq(knowledgeDocuments.state, 'draft'), lt(knowledgeDocuments.createdAt, ago(olderThanMs))))
  },

  /** Of these stored files, the ones that no document and none of its kept versions names. */
  async unnamedObjects(hashes: readonly string[]): Promise<string[]> {
    const rows = await database
      .select({ hash: knowledgeDocuments.contentHash })
      .from(knowledgeDocuments)
      .where(inArray(knowledgeDocuments.contentHash, [...hashes]))
      .union(
        database
          .select({ hash: knowledgeDocumentVersions.contentHash })
          .from(knowledgeDocumentVersions)
          .where(inArray(knowledgeDocumentVersions.contentHash, [...hashes])),
      )
    const named = new Set(rows.map((row) => row.hash))
    return hashes.filter((hash) => !named.has(hash))
  },
})

export type DocumentRepository = ReturnType<typeof createDocumentRepository>

const ownedBy = (appId: string | undefined) => (appId === undefined ? undefined : eq(knowledgeDocuments.appId, appId))

/** Rows that no run other than this one has taken over; all rows for steps of no run. */
export const ofRun = (runId: string | undefined) =>
  runId === undefined ? undefined : or(isNull(knowledgeDocuments.runId), eq(knowledgeDocuments.runId, runId))

const ago = (ms: number) => sql`now() - make_interval(secs => ${ms / 1000}::float8)`
