import type { Candidate, Place } from './fuse-candidates.ts'

/** What a rerank model said of a candidate. */
export interface Judgement extends Place {
  model: string
}

export interface RankedCandidate extends Candidate {
  /** Place and score before any rerank model was asked. */
  fused: Place
  /** Null where none judged it. */
  rerank: Judgement | null
}

/** Scores of chunks by chunk id, by the model that gave them. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<number, number>>

/**
 * Puts what was judged into the order of its judges. Scores of two models say nothing about each other, and those that no model judged have none: each
 * model puts its own candidates in order, among the places that they hold. Where one model judged everything from the first place on, its scores become
 * those of the hits, and what stands behind is cut down to the lowest of them; else a hit has the score of its place. Pure.
 */
export const applyJudgements = (candidates: readonly Candidate[], judgements: Judgements): RankedCandidate[] => {
  const ranked: RankedCandidate[] = candidates.map((candidate, index) => ({
    ...candidate,
    fused: { rank: index + 1, score: candidate.score },
    rerank: null,
  }))
  for (const [model, given] of judgements) {
    const scores = toShares(given)
    const places = candidates.flatMap(({ chunkId }, place) => (scores.has(chunkId) ? [place] : []))
    const inOrder = places
      .map((place) => ranked[place] as RankedCandidate)
      .sort((a, b) => scoreOf(scores, b) - scoreOf(scores, a) || a.fused.rank - b.fused.rank)
    const isWhole = judgements.size === 1 && places.every((place, index) => place === index)
    for (const [index, candidate] of inOrder.entries()) {
      const place = places[index] as number
      const rerank = { rank: index + 1, score: scoreOf(scores, candidate), model }
      const score = isWhole ? rerank.score : (candidates[place]?.score ?? 0)
      ranked[place] = { ...candidate, rerank, score }
    }
    if (!isWhole) continue
    const lowest = ranked[places.length - 1]?.score ?? 1
    for (const candidate of ranked.slice(places.length)) candidate.score = Math.min(candidate.score, lowest)
  }
  return ranked
}

const scoreOf = (scores: ReadonlyMap<number, number>, { chunkId }: Candidate): number => scores.get(chunkId) ?? 0

/** Most models answer with 0..1; those that answer with the logits behind are brought there. */
const toShares = (scores: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
  const isShare = [...scores.values()].every((score) => score >= 0 && score <= 1)
  return isShare ? scores : new Map([...scores].map(([chunkId, score]) => [chunkId, 1 / (1 + Math.exp(-score))]))
}

/**
 * Whether a hit is good enough. Its rank says nothing about that, so a threshold asks for the score of the rerank model, or without one for the better
 * of the share of words that it holds and the cosine. What stands behind everything that a model judged was found worth less than that. Pure.
 */
export const reachesScore = (
  { lexical, vector, rerank }: Pick<RankedCandidate, 'lexical' | 'vector' | 'rerank'>,
  { scoreMin, isJudged }: { scoreMin: number; isJudged: boolean },
): boolean => {
  if (scoreMin <= 0) return true
  if (isJudged) return rerank !== null && rerank.score >= scoreMin
  return Math.max(lexical?.score ?? 0, vector?.score ?? 0) >= scoreMin
}
