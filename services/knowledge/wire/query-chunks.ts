import { type SearchBasesDependencies, searchBases } from '../retrieval/search-bases.ts'
import type { ChunkQuery } from './wire-models.ts'

/** The best chunks of the groups (bases) in `match.repoId`. `docIds` empty or null means all documents, as clients send both. */
export const queryChunks = async (
  dependencies: SearchBasesDependencies,
  request: ChunkQuery,
  call: { appId: string | undefined; signal: AbortSignal },
) => {
  const { match } = request
  const hits = await searchBases(dependencies, {
    ...call,
    baseIds: match.repoId,
    text: request.query,
    limit: request.topN,
    documentIds: match.docIds?.length ? match.docIds : undefined,
    scoreMin: match.threshold,
  })
  const results = hits.map(({ score, chunk }) => ({
    score,
    docId: chunk.documentId,
    title: chunk.title,
    content: chunk.content,
    context: chunk.context ?? chunk.content,
    chunkId: chunk.key,
    references: chunk.references,
    docInfo: {
      documentId: chunk.documentId,
      documentName: chunk.documentName,
      ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
    },
    fileName: chunk.documentName,
  }))
  return { query: request.query, count: results.length, results }
}
