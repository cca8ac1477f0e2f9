/** How two configurations differ over the same questions. */
export interface Comparison {
  /** Mean of the second minus mean of the first: above 0, the second is better. */
  difference: number
  /** Between these lies the difference with a probability of 95 %, were other questions of the same kind asked. */
  interval: [low: number, high: number]
  /** Questions with which the second did better, worse, and as well. */
  better: number
  worse: number
  same: number
}

const RESAMPLES = 2_000
const TAIL = 0.025
/** The same questions get the same interval every time. */
const SEED = 20_260_101
/** Scores that differ by less are equal. */
const EPSILON = 1e-9

/**
 * Compares scores of the same questions: mean difference, with its paired bootstrap percentile interval (Efron and Tibshirani 1993, chapter 13; for
 * retrieval Sakai, SIGIR 2006, https://doi.org/10.1145/1148170.1148261). Pure; takes about 5 ns for each question and resample.
 */
export const compareScores = (first: readonly number[], second: readonly number[]): Comparison => {
  const differences = Float64Array.from(second, (score, index) => score - (first[index] ?? 0))
  const count = differences.length
  if (count === 0) return { difference: 0, interval: [0, 0], better: 0, worse: 0, same: 0 }
  const random = createRandom(SEED)
  const means = new Float64Array(RESAMPLES)
  for (let round = 0; round < RESAMPLES; round++) {
    let sum = 0
    for (let drawn = 0; drawn < count; drawn++) sum += differences[Math.floor(random() * count)] as number
    means[round] = sum / count
  }
  means.sort()
  const better = differences.filter((difference) => difference > EPSILON).length
  const worse = differences.filter((difference) => difference < -EPSILON).length
  return {
    difference: differences.reduce((sum, difference) => sum + difference, 0) / count,
    interval: [means[Math.floor(RESAMPLES * TAIL)] as number, means[Math.ceil(RESAMPLES * (1 - TAIL)) - 1] as number],
    better,
    worse,
    same: count - better - worse,
  }
}

/** Numbers from 0 up to 1 (xorshift32: Marsaglia 2003, https://doi.org/10.18637/jss.v008.i14). */
const createRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}
