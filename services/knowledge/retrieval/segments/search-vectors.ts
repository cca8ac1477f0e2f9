import { REST_STEPS } from './quantise-vector.ts'
import type { Segment } from './segment.ts'
import { vectorStride } from './segment-layout.ts'
import { byScore, TopList } from './top-list.ts'
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
/** So many times as many as wanted are looked at again with all that is known of their vectors, so that no hit is lost to rounding. */
const REFINED_FACTOR = 3
const REFINED_MIN = 60

/**
 * The chunks whose vectors are nearest to the question's, best first; equal scores in order of chunk id. Every vector is looked at: filters leave the
 * best of those that pass. The first byte of each number chooses candidates, both bytes of theirs the hits (see quantise-vector.ts). Segments with vectors of another length
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
  const best = new TopList<Candidate>(Math.max(search.limit * REFINED_FACTOR, REFINED_MIN))
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
  return refine(best.finish(), vector).slice(0, search.limit)
}

/** A candidate whose cosine is known but for rounding. */
interface Candidate extends VectorHit {
  ordinal: number
}

/** Candidates by their cosine to a ten-thousandth. */
const refine = (candidates: readonly Candidate[], vector: Float32Array): VectorHit[] =>
  candidates
    .map(({ chunkId, segment, ordinal }) => ({ chunkId, segment, score: cosineOf(segment, ordinal, vector) }))
    .filter(({ score }) => score > 0)
    .sort(byScore)

const cosineOf = (segment: Segment, ordinal: number, vector: Float32Array): number => {
  const start = ordinal * vectorStride(segment.dimensions)
  let sum = 0
  for (let at = 0; at < vector.length; at++) {
    const number = (segment.vectors[start + at] as number) + (segment.rests[start + at] as number) / REST_STEPS
    sum += (vector[at] as number) * number
  }
  return Math.min(1, sum * (segment.scales[ordinal] as number))
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
  run: VectorSearch & { question: Question; best: TopList<Candidate>; begun: number },
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
      if (!run.isDead(chunkId)) best.add({ chunkId, segment, ordinal, score })
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
