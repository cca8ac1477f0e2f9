import type { Segment } from './segment.ts'
import { vectorStride } from './segment-layout.ts'
import { DIMENSIONS_MAX, QUESTION_MAX, type VectorMemory } from './vector-memory.ts'

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

/** After this long the event loop gets its turn between two segments. */
const TURN_MS_MAX = 10
/** Candidates are pruned to `limit` whenever there are this many times as many. */
const PRUNE_FACTOR = 4

/**
 * The chunks whose vectors are nearest to the question's, best first; equal scores in order of chunk id. Every vector is looked at: filters leave the
 * best of those that pass, and no hit is lost but to the rounding of vectors to bytes (see quantise-vector.ts). Segments with vectors of another length
 * are left out.
 */
export const searchVectors = async (
  memory: VectorMemory,
  segments: readonly Segment[],
  search: VectorSearch,
): Promise<VectorHit[]> => {
  const { vector, signal } = search
  if (vector.length > DIMENSIONS_MAX) throw new RangeError(`A vector has at most ${DIMENSIONS_MAX} numbers.`)
  const question = widen(vector)
  const best = createBestList(search.limit)
  const begun = memory.begin()
  let turnEnds = performance.now() + TURN_MS_MAX
  for (const segment of segments) {
    if (segment.dimensions !== vector.length) continue
    collect(memory, segment, { ...search, question, best, begun })
    if (performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    turnEnds = performance.now() + TURN_MS_MAX
  }
  return best.finish()
}

interface Question {
  /** Whole numbers, as many as a stride. */
  numbers: Int16Array
  /** A number of the vector is about its whole number times this. */
  scale: number
}

/** The question keeps more digits than the vectors: what is lost is lost to their rounding alone. */
const widen = (vector: Float32Array): Question => {
  let largest = 0
  for (const number of vector) largest = Math.max(largest, Math.abs(number))
  const scale = largest === 0 ? 0 : largest / QUESTION_MAX
  const numbers = new Int16Array(vectorStride(vector.length))
  if (scale > 0) numbers.set(vector.map((number) => Math.round(number / scale)))
  return { numbers, scale }
}

const collect = (
  memory: VectorMemory,
  segment: Segment,
  run: VectorSearch & { question: Question; best: BestList; begun: number },
) => {
  const { question, best } = run
  const passes = documentFilter(segment, run.documentNumbers)
  const query = { question: question.numbers, search: run.begun, wants: passes.some }
  for (const { first, count, sums } of memory.scan(segment, query)) {
    for (let at = 0; at < count; at++) {
      const ordinal = first + at
      const score = (sums[at] as number) * question.scale * (segment.scales[ordinal] as number)
      if (score <= 0 || score < best.scoreToBeat || !passes.one(ordinal)) continue
      const chunkId = segment.chunkIds[ordinal] as number
      if (!run.isDead(chunkId)) best.add({ chunkId, segment, score })
    }
  }
}

/** Chunks of a document stand together in a file, so most runs of chunks hold nothing of a few documents. */
const documentFilter = ({ documents }: Segment, wanted: ReadonlySet<number> | undefined) => {
  const one = (ordinal: number) => wanted === undefined || wanted.has(documents[ordinal] as number)
  return {
    one,
    some(first: number, count: number) {
      if (wanted === undefined) return true
      for (let ordinal = first; ordinal < first + count; ordinal++) {
        if ((ordinal === first || documents[ordinal] !== documents[ordinal - 1]) && one(ordinal)) return true
      }
      return false
    },
  }
}

/** Keeps the `limit` best; `scoreToBeat` rises as it fills, and an equal score may still win by its chunk id. */
const createBestList = (limit: number) => {
  let kept: VectorHit[] = []
  const prune = () => {
    kept = kept.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId).slice(0, limit)
    return kept
  }
  return {
    scoreToBeat: 0,
    add(hit: VectorHit) {
      kept.push(hit)
      if (kept.length >= limit * PRUNE_FACTOR) this.scoreToBeat = prune().at(-1)?.score ?? 0
    },
    finish: prune,
  }
}
type BestList = ReturnType<typeof createBestList>
