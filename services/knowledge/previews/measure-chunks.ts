/** Bars of the histogram. */
const BARS = 10

export interface LengthMeasures {
  /** In UTF-16 code units, as all lengths. */
  min: number
  median: number
  mean: number
  max: number
  /** How many lengths lie in each tenth of the way from 0 to the longest, the shortest first. */
  histogram: number[]
}

/** What is to be known of lengths before one decides for settings. Null where there are none. */
export const measureLengths = (lengths: readonly number[]): LengthMeasures | null => {
  const sorted = [...lengths].sort((a, b) => a - b)
  const max = sorted.at(-1)
  if (max === undefined) return null
  const histogram = Array.from({ length: BARS }, () => 0)
  for (const length of sorted) {
    const bar = Math.min(BARS - 1, Math.floor((length / Math.max(1, max)) * BARS))
    histogram[bar] = (histogram[bar] ?? 0) + 1
  }
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
  const mean = Math.round((sorted.reduce((sum, length) => sum + length, 0) / sorted.length) * 10) / 10
  return { min: sorted[0] ?? 0, median, mean, max, histogram }
}
