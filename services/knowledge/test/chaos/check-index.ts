import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import type { ChunkRepository } from '../../chunks/chunk-repository.ts'
import { indexedText } from '../../chunks/commit-chunks.ts'
import { makeChunks } from '../../ingestion/make-chunks.ts'
import type { KnowledgeIndex } from '../../retrieval/knowledge-index.ts'
import { textFeatures } from '../../retrieval/segments/text-features.ts'
import type { DocumentRow } from '../../tables.ts'
import { QUERIES } from './known-documents.ts'

/** More than any base of the test has chunks. */
const CHUNKS_MAX = 100_000

export interface CheckedIndex {
  database: Database
  chunks: ChunkRepository
  index: KnowledgeIndex
}

/** Hits of a base that are no chunks any more, while nobody writes: what a killed process left half done would show so. */
export const countStrangeHits = async ({ chunks, index }: CheckedIndex, baseId: string): Promise<number> => {
  const hits = await index.search({ baseIds: [baseId], text: QUERIES.join(' '), limit: CHUNKS_MAX })
  const there = await chunks.texts(hits.map(({ chunkId }) => chunkId))
  return hits.length - there.length
}

/**
 * What is wrong with a base: chunks that differ from what the text of their document gives, and queries whose hits are not the chunks that share a
 * feature with them, found by looking at every chunk. One line each; empty when all is right.
 */
export const checkBase = async (
  { database, chunks, index }: CheckedIndex,
  baseId: string,
  documents: readonly { row: DocumentRow; text: string }[],
): Promise<string[]> => {
  const wrong: string[] = []
  const base = await createBaseRepository(database).find(undefined, baseId)
  if (!base) return [`base ${baseId} is gone`]
  const featuresOf = new Map<number, Set<string>>()
  for (const { row, text } of documents) {
    const rows = await chunks.listOf(row.id, { limit: CHUNKS_MAX })
    const expected = makeChunks({ text, pageStarts: [], headings: [] }, base.splitting)
    const differs = rows.length !== expected.length || rows.some(({ content }, at) => content !== expected[at]?.content)
    if (differs) wrong.push(`document ${row.id} has ${rows.length} chunks, or others than its ${expected.length}`)
    for (const chunk of rows) {
      const { words, pairs, grams } = textFeatures(indexedText(chunk))
      featuresOf.set(chunk.id, new Set([...words, ...pairs, ...grams]))
    }
  }
  for (const text of QUERIES) {
    const { words, pairs, grams } = textFeatures(text)
    const wanted = [...words, ...pairs, ...grams]
    const holders = [...featuresOf]
      .filter(([, features]) => wanted.some((term) => features.has(term)))
      .map(([id]) => id)
    const hits = (await index.search({ baseIds: [baseId], text, limit: CHUNKS_MAX })).map(({ chunkId }) => chunkId)
    const found = new Set(hits)
    const missing = holders.filter((id) => !found.has(id)).length
    const strange = hits.filter((id) => !featuresOf.has(id)).length
    if (missing > 0) wrong.push(`"${text}" misses ${missing} of ${holders.length} chunks`)
    if (strange > 0) wrong.push(`"${text}" finds ${strange} chunks that are gone`)
    if (found.size !== hits.length) wrong.push(`"${text}" finds ${hits.length - found.size} chunks twice`)
  }
  return wrong
}
