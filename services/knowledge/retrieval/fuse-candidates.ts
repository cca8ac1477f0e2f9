import type { Fusion } from '../bases/retrieval-settings.ts'
import type { IndexHit } from './knowledge-index.ts'

/** The two ways in which chunks are found. */
export type SearchWay = 'lexical' | 'vector'

/** A list of an index, best first, with each chunk at most once. */
export interface RankedList {
  way: SearchWay
  hits: readonly IndexHit[]
}

/** Where a chunk stands in a list, and with which score. `rank` begins at 1. */
export interface Place {
  rank: number
  score: number
}

/** How the lists of a base become one. */
export interface FusionRule {
  fusion: Fusion
  /** Share of each list, at least 0. */
  weights: Readonly<Record<SearchWay, number>>
  /** The ways in which the base is searched at all: a list that it has no part in counts neither for nor against it. */
  ways: readonly SearchWay[]
}

export interface Candidate {
  chunkId: number
  baseId: string
  /** 0..1, by which candidates are in order: 1 is the first of every list of its base. Of a single list, the score in that list. */
  score: number
  /** Null where the list of that way does not hold it. */
  lexical: Place | null
  vector: Place | null
}

/** Of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009, https://doi.org/10.1145/1571941.1572114. */
const RANK_OFFSET = 60

/**
 * One list out of many, best first; of equal scores the chunk that stands highest in any list, then the lower id.
 *
 * - A single list keeps its scores.
 * - `reciprocal-rank` adds `weight / (60 + rank)`, as a share of what the first of every list would get.
 * - `weighted-sum` adds `weight * score`, with the scores of each list brought to 0..1: lexical ones by the best of the list, since theirs begin at
 *   0; cosines between the last and the first, since they crowd in a small part of their scale (both after Bruch, Gai and Ingber 2023,
 *   https://doi.org/10.1145/3596512).
 *
 * Bases may have different rules: each candidate is scored by that of its base, and every rule has the same ends.
 */
export const fuseCandidates = (all: readonly RankedList[], ruleOf: (baseId: string) => FusionRule): Candidate[] => {
  // Where nothing has a vector yet, or no word is known, the other list stands alone.
  const lists = all.filter(({ hits }) => hits.length > 0)
  const candidates = new Map<number, Candidate & { sum: number }>()
  const isSingle = lists.length === 1
  for (const { way, hits } of lists) {
    const normalise = createNormaliser(way, hits)
    for (const [index, { chunkId, baseId, score }] of hits.entries()) {
      const candidate = candidates.get(chunkId) ?? { chunkId, baseId, score: 0, lexical: null, vector: null, sum: 0 }
      candidates.set(chunkId, candidate)
      const place = { rank: index + 1, score }
      candidate[way] = place
      const { fusion, weights } = ruleOf(baseId)
      if (isSingle) candidate.sum = score
      else if (fusion === 'reciprocal-rank') candidate.sum += weights[way] * shareOfRank(place.rank)
      else candidate.sum += weights[way] * normalise(score)
    }
  }
  const fused = [...candidates.values()].map(({ sum, ...candidate }) => ({
    ...candidate,
    score: isSingle ? sum : shareOf(sum, ruleOf(candidate.baseId)),
  }))
  return fused.sort((a, b) => b.score - a.score || bestRank(a) - bestRank(b) || a.chunkId - b.chunkId)
}

/** 1 for the first, falling with the rank. */
const shareOfRank = (rank: number): number => (RANK_OFFSET + 1) / (RANK_OFFSET + rank)

const shareOf = (sum: number, { weights, ways }: FusionRule): number => {
  const whole = ways.reduce((total, way) => total + weights[way], 0)
  return whole > 0 ? Math.min(1, sum / whole) : 0
}

const createNormaliser = (way: SearchWay, hits: readonly IndexHit[]): ((score: number) => number) => {
  const scores = hits.map(({ score }) => score)
  const highest = scores.reduce((most, score) => Math.max(most, score), 0)
  const lowest = way === 'lexical' ? 0 : scores.reduce((least, score) => Math.min(least, score), highest)
  return (score) => (highest > lowest ? (score - lowest) / (highest - lowest) : 1)
}

const bestRank = ({ lexical, vector }: Candidate): number =>
  Math.min(lexical?.rank ?? Number.POSITIVE_INFINITY, vector?.rank ?? Number.POSITIVE_INFINITY)
