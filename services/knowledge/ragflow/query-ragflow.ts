import type { ChunkQuery } from '../wire/wire-models.ts'
import type { WireCall } from '../wire/wire-strategy.ts'
import { type FoundChunk, FoundChunks, readAnswer } from './ragflow-answers.ts'
import type { RagflowContext } from './ragflow-context.ts'
import { asWireError, RagflowFailure } from './ragflow-failure.ts'
import { type SearchPlace, searchPlacesOf } from './search-places.ts'

/** Chunks that RAGFlow weighs before it takes the best: its own default. */
const CANDIDATES = 1_024
/** A page of its answer; the best stand first. */
const PAGE_CHUNKS = 30
/** As the original asks it to weigh meaning against words. */
const VECTOR_WEIGHT = 0.2
/** Documents that may turn out to be gone before a question is given up. */
const MISSING_MAX = 50

/** The best chunks, best first, in the shape of Ragflow-RAG. Throws WireError 10020. */
export const queryRagflow = async (context: RagflowContext, request: ChunkQuery, call: WireCall) => {
  const { match, query } = request
  const found = await asWireError(10020, async () => {
    const places = await searchPlacesOf(context, match, call)
    return (await Promise.all(places.map((place) => retrieve(context, { place, request }, call.signal)))).flat()
  })
  const results = found
    .map((chunk) => toResult(chunk))
    .filter(({ score }) => score >= match.threshold)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, request.topN)
  return { query, count: results.length, results }
}

const retrieve = async (
  { ask }: RagflowContext,
  { place, request }: { place: SearchPlace; request: ChunkQuery },
  signal: AbortSignal,
): Promise<FoundChunk[]> => {
  let documentIds = place.documentIds
  for (let missing = 0; documentIds?.length !== 0; missing += 1) {
    try {
      const answer = await ask({
        method: 'POST',
        path: '/retrieval',
        body: {
          question: request.query,
          dataset_ids: place.datasetIds,
          page: 1,
          page_size: PAGE_CHUNKS,
          top_k: CANDIDATES,
          similarity_threshold: request.match.threshold,
          vector_similarity_weight: VECTOR_WEIGHT,
          ...(documentIds && { document_ids: documentIds }),
        },
        isRepeatable: true,
        signal,
      })
      return readAnswer(FoundChunks, answer).chunks
    } catch (error) {
      // One document that somebody deleted in RAGFlow makes it refuse the question about all others.
      const gone = documentIds?.find((id) => error instanceof RagflowFailure && isAbout(error, id))
      if (gone === undefined || missing === MISSING_MAX) throw error
      documentIds = documentIds?.filter((id) => id !== gone)
    }
  }
  return []
}

const isAbout = (error: RagflowFailure, documentId: string): boolean =>
  error.isAbsence && error.message.includes(documentId)

const toResult = (chunk: FoundChunk) => {
  const name = chunk.document_keyword ?? chunk.document_name ?? ''
  return {
    score: chunk.similarity ?? 0,
    docId: chunk.document_id,
    title: name,
    content: chunk.content,
    context: chunk.content,
    chunkId: chunk.id,
    references: chunk.references ?? {},
    fileName: name,
    ...pagesOf(chunk.positions),
  }
}

/** Positions are lists that begin with the page, from 1; of files without pages the page is a mere counter of rows. */
const pagesOf = (positions: unknown): { page?: number; pageEnd?: number } => {
  const pages = (Array.isArray(positions) ? positions : [])
    .map((position: unknown) => (Array.isArray(position) ? position[0] : undefined))
    .filter((page): page is number => Number.isInteger(page) && page > 0)
  return pages.length === 0 ? {} : { page: Math.min(...pages), pageEnd: Math.max(...pages) }
}
