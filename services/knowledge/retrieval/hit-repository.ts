import { eq, inArray, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import {
  type ChunkRow,
  type DocumentMetadata,
  knowledgeChunks,
  knowledgeDocuments,
  knowledgeFolders,
} from '../tables.ts'

/** A chunk with what a search result says of its document. */
export interface HitChunk extends ChunkRow {
  documentName: string
  mediaType: string
  folder: { id: string; name: string } | null
  tags: string[]
  metadata: DocumentMetadata
  /** Where a web page came from. */
  sourceUrl: string | null
}

/** A chunk beside another one. */
export interface NeighbourChunk {
  chunkId: number
  /** How far from it in reading order: -1 is the one before. */
  offset: number
  key: string
  content: string
  references: Record<string, unknown>
}

export const createHitRepository = (database: Database) => ({
  /** By chunk id. Chunks that are gone are left out. */
  async find(chunkIds: readonly number[]): Promise<Map<number, HitChunk>> {
    if (chunkIds.length === 0) return new Map()
    const rows = await database
      .select({
        chunk: knowledgeChunks,
        documentName: knowledgeDocuments.name,
        mediaType: knowledgeDocuments.mediaType,
        folderId: knowledgeFolders.id,
        folderName: knowledgeFolders.name,
        tags: knowledgeDocuments.tags,
        metadata: knowledgeDocuments.metadata,
        sourceUrl: knowledgeDocuments.sourceUrl,
      })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .leftJoin(knowledgeFolders, eq(knowledgeFolders.id, knowledgeDocuments.folderId))
      .where(inArray(knowledgeChunks.id, [...chunkIds]))
    return new Map(
      rows.map(({ chunk, folderId, folderName, ...document }) => {
        const folder = folderId === null || folderName === null ? null : { id: folderId, name: folderName }
        return [chunk.id, { ...chunk, ...document, folder }]
      }),
    )
  },

  /** The enabled chunks that stand at most `reach` before or after each of these in its document, in reading order. */
  async neighboursOf(chunkIds: readonly number[], reach: number): Promise<NeighbourChunk[]> {
    if (chunkIds.length === 0 || reach === 0) return []
    const side = (order: 'asc' | 'desc', comparison: '>' | '<', sign: 1 | -1) => sql`
      select found.id as chunk_id, ${sql.raw(String(sign))} * near.place as "offset", near.key, near.content, near."references"
      from knowledge_chunks found cross join lateral (
        select key, content, "references", row_number() over (order by position ${sql.raw(order)}, id ${sql.raw(order)})::int as place
        from knowledge_chunks beside
        where beside.document_id = found.document_id and beside.enabled
          and (beside.position, beside.id) ${sql.raw(comparison)} (found.position, found.id)
        order by position ${sql.raw(order)}, id ${sql.raw(order)} limit ${reach}::int
      ) near
      where found.id = any(${sql.param(`{${chunkIds.join(',')}}`)}::bigint[])`
    const rows = (await database.execute(
      sql`${side('desc', '<', -1)} union all ${side('asc', '>', 1)} order by chunk_id, "offset"`,
    )) as unknown as (Omit<NeighbourChunk, 'chunkId'> & { chunk_id: string })[]
    return rows.map(({ chunk_id, ...neighbour }) => ({ ...neighbour, chunkId: Number(chunk_id) }))
  },
})
