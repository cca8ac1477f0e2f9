import { and, asc, desc, eq, gt, inArray, lte, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type ChunkRow, knowledgeChunks, knowledgeDocuments } from '../tables.ts'

/** Rows written by one statement: 14 columns each, and PostgreSQL takes 65,535 parameters. */
const INSERT_ROWS_MAX = 2_000

/** What is remembered of a chunk that is gone. */
export type RemovedChunk = Pick<ChunkRow, 'id' | 'enabled' | 'key' | 'origin' | 'textHash' | 'sourceHash'>

/** A chunk in its new place. The text that it is found by has to be what it was. */
export type ChunkChange = Pick<ChunkRow, 'id' | 'position' | 'title' | 'content' | 'context' | 'page' | 'pageEnd'>

export interface ChunkPageOf {
  after?: Pick<ChunkRow, 'position' | 'id'> | undefined
  limit: number
  /** Only those that are enabled, or are not. */
  enabled?: boolean | undefined
  /** Only those of this origin. */
  origin?: ChunkRow['origin'] | undefined
}

/** What an index is derived from. */
export interface ChunkText {
  id: number
  documentNumber: number
  title: string
  content: string
  /** By which its vector is stored. */
  textHash: string
}

export const createChunkRepository = (database: Database) => ({
  /** Ids for chunks that are about to be written, ascending. */
  async drawIds(count: number): Promise<number[]> {
    if (count === 0) return []
    const rows = await database.execute<{ id: string }>(
      sql`select nextval('knowledge_chunk_ids') as id from generate_series(1, ${count}::int)`,
    )
    return (rows as unknown as { id: string }[]).map((row) => Number(row.id)).sort((a, b) => a - b)
  },

  async insert(rows: ChunkRow[]): Promise<void> {
    for (let start = 0; start < rows.length; start += INSERT_ROWS_MAX) {
      await database.insert(knowledgeChunks).values(rows.slice(start, start + INSERT_ROWS_MAX))
    }
  },

  /** Deletes chunks of one document, all of them or those with these keys, and returns what is gone. */
  async delete(documentId: string, keys?: readonly string[]): Promise<RemovedChunk[]> {
    if (keys?.length === 0) return []
    return database
      .delete(knowledgeChunks)
      .where(
        and(eq(knowledgeChunks.documentId, documentId), keys ? inArray(knowledgeChunks.key, [...keys]) : undefined),
      )
      .returning({
        id: knowledgeChunks.id,
        enabled: knowledgeChunks.enabled,
        key: knowledgeChunks.key,
        origin: knowledgeChunks.origin,
        textHash: knowledgeChunks.textHash,
        sourceHash: knowledgeChunks.sourceHash,
      })
  },

  /** Changes what chunks are not found by: their place, and how their text is divided into title and content. */
  async update(chunks: readonly ChunkChange[]): Promise<void> {
    for (let start = 0; start < chunks.length; start += INSERT_ROWS_MAX) {
      const rows = JSON.stringify(chunks.slice(start, start + INSERT_ROWS_MAX))
      await database.execute(sql`
        update knowledge_chunks c set position = now.position, title = now.title, content = now.content,
          context = now.context, page = now.page, page_end = now."pageEnd"
        from jsonb_to_recordset(${rows}::text::jsonb) as now(id bigint, position float8, title text, content text,
          context text, page integer, "pageEnd" integer)
        where c.id = now.id`)
    }
  },

  /** Chunks of a document that are enabled or not, by ascending id: all of them, or those with these keys. */
  async findByState(documentId: string, enabled: boolean, keys?: readonly string[]): Promise<ChunkRow[]> {
    if (keys?.length === 0) return []
    return database
      .select()
      .from(knowledgeChunks)
      .where(inState(documentId, enabled, keys))
      .orderBy(asc(knowledgeChunks.id))
  },

  /** Ids of what `findByState` gives. */
  async idsByState(documentId: string, enabled: boolean, keys?: readonly string[]): Promise<number[]> {
    if (keys?.length === 0) return []
    const rows = await database
      .select({ id: knowledgeChunks.id })
      .from(knowledgeChunks)
      .where(inState(documentId, enabled, keys))
      .orderBy(asc(knowledgeChunks.id))
    return rows.map((row) => row.id)
  },

  /** Makes chunks others than they were: gives each of `from` the id at its place in `to`, and says whether it is enabled. */
  async renew(change: {
    from: readonly number[]
    to: readonly number[]
    seq: number
    enabled: boolean
  }): Promise<void> {
    const { from, to, seq, enabled } = change
    if (from.length === 0) return
    await database.execute(sql`
      update knowledge_chunks c set id = fresh.id, seq = ${seq}::bigint, enabled = ${enabled}::boolean
      from unnest(${idArray(from)}, ${idArray(to)}) as fresh(known, id) where c.id = fresh.known`)
  },

  async countOf(documentId: string): Promise<number> {
    return database.$count(knowledgeChunks, eq(knowledgeChunks.documentId, documentId))
  },

  async findByKeys(documentId: string, keys: readonly string[]): Promise<ChunkRow[]> {
    if (keys.length === 0) return []
    return database
      .select()
      .from(knowledgeChunks)
      .where(and(eq(knowledgeChunks.documentId, documentId), inArray(knowledgeChunks.key, [...keys])))
  },

  /** The last one in reading order. */
  async lastOf(documentId: string): Promise<ChunkRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeChunks)
      .where(eq(knowledgeChunks.documentId, documentId))
      .orderBy(desc(knowledgeChunks.position), desc(knowledgeChunks.id))
      .limit(1)
    return row
  },

  /** All chunks of documents, each document's in reading order. */
  async listOfAll(documentIds: readonly string[]): Promise<ChunkRow[]> {
    return database
      .select()
      .from(knowledgeChunks)
      .where(inArray(knowledgeChunks.documentId, [...documentIds]))
      .orderBy(asc(knowledgeChunks.documentId), asc(knowledgeChunks.position), asc(knowledgeChunks.id))
  },

  /** In reading order. Pass the last chunk of a page to get the next one. */
  async listOf(documentId: string, page: ChunkPageOf): Promise<ChunkRow[]> {
    const { after, enabled, origin } = page
    return database
      .select()
      .from(knowledgeChunks)
      .where(
        and(
          eq(knowledgeChunks.documentId, documentId),
          after && sql`(${knowledgeChunks.position}, ${knowledgeChunks.id}) > (${after.position}, ${after.id})`,
          enabled === undefined ? undefined : eq(knowledgeChunks.enabled, enabled),
          origin && eq(knowledgeChunks.origin, origin),
        ),
      )
      .orderBy(asc(knowledgeChunks.position), asc(knowledgeChunks.id))
      .limit(page.limit)
  },

  /** Texts of those of these chunks that a search may find, by ascending id. */
  async texts(chunkIds: readonly number[]): Promise<ChunkText[]> {
    if (chunkIds.length === 0) return []
    return texts(database)
      .where(and(sql`${knowledgeChunks.id} = any(${idArray(chunkIds)})`, isVisible))
      .orderBy(asc(knowledgeChunks.id))
  },

  /** By which the vectors of those of these chunks that a search may find are stored, by chunk id. */
  async textHashes(chunkIds: readonly number[]): Promise<Map<number, string>> {
    const rows = await database
      .select({ id: knowledgeChunks.id, textHash: knowledgeChunks.textHash })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .where(and(sql`${knowledgeChunks.id} = any(${idArray(chunkIds)})`, isVisible))
    return new Map(rows.map(({ id, textHash }) => [id, textHash]))
  },

  /** Texts of a base that a search may find, as of its commit `seq`, by ascending id, from after an id. */
  async textsOfBase(baseId: string, page: { seqMax: number; afterId: number; limit: number }): Promise<ChunkText[]> {
    return texts(database)
      .where(
        and(
          eq(knowledgeChunks.baseId, baseId),
          lte(knowledgeChunks.seq, page.seqMax),
          gt(knowledgeChunks.id, page.afterId),
          isVisible,
        ),
      )
      .orderBy(asc(knowledgeChunks.id))
      .limit(page.limit)
  },
})

/** What a search may find: an enabled chunk of an enabled document. */
const isVisible = and(knowledgeChunks.enabled, knowledgeDocuments.enabled)

const inState = (documentId: string, enabled: boolean, keys?: readonly string[]) =>
  and(
    eq(knowledgeChunks.documentId, documentId),
    eq(knowledgeChunks.enabled, enabled),
    keys ? inArray(knowledgeChunks.key, [...keys]) : undefined,
  )

/** One parameter, however many ids. */
const idArray = (ids: readonly number[]) => sql`${sql.param(`{${ids.join(',')}}`)}::bigint[]`

export type ChunkRepository = ReturnType<typeof createChunkRepository>

const texts = (database: Database) =>
  database
    .select({
      id: knowledgeChunks.id,
      documentNumber: knowledgeDocuments.number,
      title: knowledgeChunks.title,
      content: knowledgeChunks.content,
      textHash: knowledgeChunks.textHash,
    })
    .from(knowledgeChunks)
    .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
    .$dynamic()
