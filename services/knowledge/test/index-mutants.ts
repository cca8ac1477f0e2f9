import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'

type Mutate = (index: KnowledgeIndex, database: Database) => KnowledgeIndex

/** Faults that an index could have, each as a change of a right one. The behaviour suite has to notice every one. */
export const INDEX_MUTANTS: Record<string, Mutate> = {
  'forgets deletes': (index) => ({ ...index, retract: async () => undefined }),

  'loses a part of what is added': (index) => ({
    ...index,
    prepare: (baseId, chunks, signal) => index.prepare(baseId, chunks.slice(1), signal),
  }),

  'gives chunks the vectors of their neighbours': (index) => ({
    ...index,
    prepare: (baseId, chunks, signal) =>
      index.prepare(
        baseId,
        chunks.map((chunk, at) => ({ ...chunk, vector: (chunks[at + 1] ?? chunks[0])?.vector })),
        signal,
      ),
  }),

  'loses vectors': (index) => ({
    ...index,
    prepare: (baseId, chunks, signal) =>
      index.prepare(
        baseId,
        chunks.map(({ vector, ...chunk }, at) => (at % 2 === 0 ? { ...chunk, vector } : chunk)),
        signal,
      ),
  }),

  'ignores the filter of words': (index) => ({
    ...index,
    search: ({ documentNumbers: _, ...query }) => index.search(query),
  }),

  'ignores the filter of vectors': (index) => ({
    ...index,
    searchVectors: ({ documentNumbers: _, ...query }) => index.searchVectors(query),
  }),

  'filters what it found, instead of finding what passes': (index) => ({
    ...index,
    async searchVectors({ documentNumbers, ...query }) {
      const hits = await index.searchVectors(query)
      if (!documentNumbers) return hits
      const passing = await index.searchVectors({ ...query, documentNumbers, limit: 5_000 })
      const ids = new Set(passing.map(({ chunkId }) => chunkId))
      return hits.filter(({ chunkId }) => ids.has(chunkId))
    },
  }),

  'forgets the second base': (index) => ({
    ...index,
    search: (query) => index.search({ ...query, baseIds: query.baseIds.slice(0, 1) }),
  }),

  'answers from the commit it saw first': (index) => {
    const answers = new Map<string, ReturnType<KnowledgeIndex['search']>>()
    return {
      ...index,
      search(query) {
        const question = JSON.stringify([query.text, query.baseIds, [...(query.documentNumbers ?? [])]])
        const known = answers.get(question) ?? index.search(query)
        answers.set(question, known)
        return known
      },
    }
  },

  'puts the worst first': (index) => ({
    ...index,
    search: async (query) => (await index.search(query)).reverse(),
  }),

  'makes count what is not committed': (index, database) => ({
    ...index,
    async prepare(baseId, chunks, signal) {
      const prepared = await index.prepare(baseId, chunks, signal)
      await database.transaction(async (transaction) => {
        const seq = (await createBaseRepository(transaction).advance(baseId)) ?? 0
        await prepared.publish({ transaction, baseId, seq })
      })
      return { chunkCount: prepared.chunkCount, publish: async () => undefined }
    },
  }),
}
