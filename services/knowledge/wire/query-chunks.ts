import { type SearchBasesDependencies, type SearchHit, searchBases } from '../retrieval/search-bases.ts'
import type { ChunkQuery } from './wire-models.ts'
import type { WireCall } from './wire-strategy.ts'

/** The best chunks of the groups (bases) in `match.repoId`. `docIds` empty or null means all documents, as clients send both. */
export const queryChunks = async (
  dependencies: SearchBasesDependencies,
  request: ChunkQuery,
  call: WireCall,
): Promise<SearchHit[]> => {
  const { match } = request
  return searchBases(dependencies, {
    ...call,
    source: 'wire',
    baseIds: match.repoId,
    text: request.query,
    limit: request.topN,
    documentIds: match.docIds?.length ? match.docIds : undefined,
    scoreMin: match.threshold,
  })
}
