/** Observations of one or more histograms with the same bounds. */
export interface Observations {
  /** Upper bounds of buckets, ascending, without +Inf. */
  bounds: readonly number[]
  /** Per bucket, not cumulative, the last one for +Inf. */
  buckets: readonly number[]
  sum: number
}

export const countOf = ({ buckets }: Observations): number => buckets.reduce((total, count) => total + count, 0)

/** Undefined without observations. */
export const meanOf = (observations: Observations): number | undefined => {
  const count = countOf(observations)
  return count > 0 ? observations.sum / count : undefined
}

/**
 * The value below which the share `quantile` of the observations lies, as Prometheus' `histogram_quantile` has it: evenly spread within their
 * bucket, and the highest bound for those above it. Undefined without observations.
 */
export const quantileOf = (observations: Observations, quantile: number): number | undefined => {
  const { bounds, buckets } = observations
  const rank = quantile * countOf(observations)
  if (rank === 0) return undefined
  let below = 0
  for (const [index, bound] of bounds.entries()) {
    const count = buckets[index] ?? 0
    if (count > 0 && below + count >= rank) {
      const lower = bounds[index - 1] ?? 0
      return lower + (bound - lower) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1)
}
