import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { createChunkRepository } from '../chunks/chunk-repository.ts'
import { indexedText } from '../chunks/commit-chunks.ts'
import { createEmbeddingRepository } from '../embeddings/embedding-repository.ts'
import { knowledgeBases, knowledgeChunks, knowledgeDocuments } from '../tables.ts'
import type { IndexedChunk } from './knowledge-index.ts'

/** What an index of a base is derived from: its chunks that a search may find, with their stored vectors. */
export const createVisibleChunksRepository = (database: Database) => ({
  /** Ascending. */
  async ids(baseId: string): Promise<number[]> {
    const rows = await database
      .select({ id: knowledgeChunks.id })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .where(and(eq(knowledgeChunks.baseId, baseId), knowledgeChunks.enabled, knowledgeDocuments.enabled))
      .orderBy(asc(knowledgeChunks.id))
    return rows.map(({ id }) => id)
  },

  /** Those of these chunks that still are there, by ascending id. */
  async load(source: { baseId: string; vectorModel: string | null }, ids: readonly number[]): Promise<IndexedChunk[]> {
    const texts = await createChunkRepository(database).texts(ids)
    const hashes = [...new Set(texts.map(({ textHash }) => textHash))]
    const { baseId, vectorModel: model } = source
    const vectors =
      model === null ? undefined : await createEmbeddingRepository(database).find({ baseId, model }, hashes)
    return texts.map((chunk) => ({
      id: chunk.id,
      documentNumber: chunk.documentNumber,
      text: indexedText(chunk),
      vector: vectors?.get(chunk.textHash),
    }))
  },

  /** Model and length of the base's vectors, its engine, and by whose endings its words are found. Undefined when the base is gone. */
  async source(baseId: string) {
    const [row] = await database
      .select({
        vectorModel: knowledgeBases.vectorModel,
        vectorDimensions: knowledgeBases.vectorDimensions,
        indexedBy: knowledgeBases.indexedBy,
        indexedLanguage: knowledgeBases.indexedLanguage,
      })
      .from(knowledgeBases)
      .where(eq(knowledgeBases.id, baseId))
    return row
  },
})
