import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import type { ChunkRepository, FoundChunk } from '../chunks/chunk-repository.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import type { KnowledgeIndex } from './knowledge-index.ts'

export interface SearchBasesDependencies {
  bases: BaseRepository
  documents: DocumentRepository
  chunks: ChunkRepository
  index: KnowledgeIndex
  metrics: MetricsRegistry
}

export interface BaseSearch {
  /** The app that searches; undefined is root acting for none. */
  appId: string | undefined
  baseIds: readonly string[]
  text: string
  limit: number
  /** Only these documents; undefined for all of the bases. */
  documentIds?: readonly string[] | undefined
  /** 0..1 */
  scoreMin?: number | undefined
  signal?: AbortSignal | undefined
}

export interface SearchHit {
  score: number
  chunk: FoundChunk
}

/** From a millisecond: most searches are there. */
const QUERY_SECONDS_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** The best chunks of those of the bases that the app may see, best first. Bases and documents that it may not see are as if they were not. */
export const searchBases = async (dependencies: SearchBasesDependencies, search: BaseSearch): Promise<SearchHit[]> => {
  const startedMs = performance.now()
  const baseIds = await dependencies.bases.visible(search.appId, [...new Set(search.baseIds)])
  const documentNumbers =
    search.documentIds && new Set(await dependencies.documents.numbersOf(search.documentIds, baseIds))
  if (baseIds.length === 0 || documentNumbers?.size === 0) return []
  const hits = await dependencies.index.search({
    baseIds,
    text: search.text,
    limit: search.limit,
    scoreMin: search.scoreMin ?? 0,
    ...(documentNumbers ? { documentNumbers } : {}),
    ...(search.signal ? { signal: search.signal } : {}),
  })
  const found = new Map(
    (await dependencies.chunks.findFound(hits.map((hit) => hit.chunkId))).map((row) => [row.id, row]),
  )
  dependencies.metrics
    .histogram('orrery_knowledge_query_seconds', 'Time to answer a search.', QUERY_SECONDS_BOUNDS)
    .observe((performance.now() - startedMs) / 1000)
  // A chunk deleted since the index was asked has no row any more.
  return hits.flatMap(({ chunkId, score }) => {
    const chunk = found.get(chunkId)
    return chunk ? [{ score, chunk }] : []
  })
}
