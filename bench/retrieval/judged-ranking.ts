import { impactOf, rarityOf } from '../../services/knowledge/retrieval/segments/bm25.ts'
import { seededRandom } from '../../shared/testing/seeded-random.ts'

/** A question and what answers it: numbers of texts with a grade above 0. */
export interface JudgedQuestion {
  text: string
  grades: ReadonlyMap<number, number>
}

export type Terms = readonly string[]

/** Ranks are judged down to here. */
export const CUTOFF = 10
/** 95 % */
const INTERVAL_TAIL = 0.025
const RESAMPLINGS = 2_000

/** Postings of one field over all texts, in memory: the product's BM25 without its files. */
export const createFieldIndex = (texts: readonly Terms[]) => {
  const postings = new Map<string, { text: number; frequency: number }[]>()
  for (const [text, terms] of texts.entries()) {
    const frequencies = new Map<string, number>()
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
    for (const [term, frequency] of frequencies) {
      const list = postings.get(term)
      if (list) list.push({ text, frequency })
      else postings.set(term, [{ text, frequency }])
    }
  }
  const average = texts.reduce((sum, terms) => sum + terms.length, 0) / texts.length || 1
  return {
    /** Adds to `sums` what each text gets for terms of these weights. */
    add(sums: Float64Array, weights: ReadonlyMap<string, number>, curve?: Parameters<typeof impactOf>[2]) {
      for (const [term, weight] of weights) {
        const list = postings.get(term) ?? []
        const weighed = weight * rarityOf(list.length, texts.length)
        for (const { text, frequency } of list) {
          const impact = impactOf(frequency, (texts[text]?.length ?? 0) / average, curve)
          sums[text] = (sums[text] ?? 0) + weighed * impact
        }
      }
    },
  }
}

/** Terms with the sum of their weights. */
export const sumWeights = (terms: Terms, weightAt: (at: number) => number = () => 1): Map<string, number> => {
  const weights = new Map<string, number>()
  for (const [at, term] of terms.entries()) weights.set(term, (weights.get(term) ?? 0) + weightAt(at))
  return weights
}

/** nDCG at CUTOFF (Järvelin and Kekäläinen, 2002) with a logarithmic discount; of equal scores the lower number ranks first. */
export const discountedGain = (scores: ArrayLike<number>, grades: ReadonlyMap<number, number>): number => {
  let gain = 0
  for (const [wanted, grade] of grades) {
    const score = scores[wanted] ?? 0
    if (score <= 0) continue
    let rank = 0
    for (let other = 0; other < scores.length && rank < CUTOFF; other++) {
      const theirs = scores[other] as number
      if (theirs > score || (theirs === score && other < wanted)) rank++
    }
    if (rank < CUTOFF) gain += grade / Math.log2(rank + 2)
  }
  const ideal = [...grades.values()]
    .sort((a, b) => b - a)
    .slice(0, CUTOFF)
    .reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0)
  return ideal === 0 ? 0 : gain / ideal
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] as number
  return sum / values.length
}

/** 95 % interval of the mean of values by question, drawn again with replacement; of differences of two systems it is the paired bootstrap. */
export const bootstrapInterval = (values: ArrayLike<number>): [number, number] => {
  const random = seededRandom(1)
  const means = Array.from({ length: RESAMPLINGS }, () => {
    let sum = 0
    for (let draw = 0; draw < values.length; draw++) sum += values[Math.floor(random() * values.length)] as number
    return sum / values.length
  }).sort((a, b) => a - b)
  const at = (share: number) => means[Math.floor(share * (RESAMPLINGS - 1))] ?? 0
  return [at(INTERVAL_TAIL), at(1 - INTERVAL_TAIL)]
}

/** `0.7123 (0.6870..0.7371)` */
export const showMean = (values: ArrayLike<number>): string => {
  const [low, high] = bootstrapInterval(values)
  return `${mean(values).toFixed(4)} (${low.toFixed(4)}..${high.toFixed(4)})`
}

/** `+0.0121 (+0.0043..+0.0201)` */
export const showDifference = (values: ArrayLike<number>, than: ArrayLike<number>): string => {
  const differences = Array.from(values, (value, at) => value - (than[at] as number))
  const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`
  const [low, high] = bootstrapInterval(differences)
  return `${signed(mean(differences))} (${signed(low)}..${signed(high)})`
}
