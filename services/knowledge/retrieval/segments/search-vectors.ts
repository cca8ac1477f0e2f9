import { quantiseVector } from './quantise-vector.ts'
import type { Segment } from './segment.ts'
import { vectorStride } from './segment-layout.ts'

export interface VectorSearch {
  /** Of length 1. */
  vector: Float32Array
  limit: number
  documentNumbers?: ReadonlySet<number> | undefined
  /** Chunks that are gone although a segment still holds them. */
  isDead: (chunkId: number) => boolean
  signal?: AbortSignal | undefined
}

export interface VectorHit {
  chunkId: number
  segment: Segment
  /** The cosine, above 0. */
  score: number
}

export const searchVectors = async (segments: readonly Segment[], search: VectorSearch): Promise<VectorHit[]> => {
  const hits: VectorHit[] = []
  const question = quantiseVector(search.vector)
  for (const segment of segments) {
    if (segment.dimensions !== search.vector.length) continue
    const stride = vectorStride(segment.dimensions)
    for (let ordinal = 0; ordinal < segment.chunkCount; ordinal++) {
      if (search.documentNumbers && !search.documentNumbers.has(segment.documents[ordinal] as number)) continue
      const chunkId = segment.chunkIds[ordinal] as number
      if (search.isDead(chunkId)) continue
      let sum = 0
      for (let at = 0; at < segment.dimensions; at++) {
        sum += (segment.vectors[ordinal * stride + at] as number) * (question.values[at] as number)
      }
      const score = sum * question.scale * (segment.scales[ordinal] as number)
      if (score > 0) hits.push({ chunkId, segment, score })
    }
  }
  return hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId).slice(0, search.limit)
}
