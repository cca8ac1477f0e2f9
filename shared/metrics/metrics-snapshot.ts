/**
 * Cumulative metrics of one process, as it sends them in each heartbeat. Counters and histogram buckets only grow over the life of the
 * process; the supervisor folds the last snapshot of a dead one into `retired`, so that sums over processes never decrease.
 */
export interface MetricsSnapshot {
  families: MetricFamily[]
}

export interface MetricFamily {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  /** Upper bounds of histogram buckets, ascending, without +Inf. */
  bounds?: number[]
  series: MetricSeries[]
}

export interface MetricSeries {
  labels: Record<string, string>
  /** Counter or gauge value; for a histogram the sum of what was observed. */
  value: number
  /** Histogram only: observations per bucket (not cumulative), the last one for +Inf. */
  buckets?: number[]
}

/** The family of this name, if the process has it. */
export const familyOf = ({ families }: MetricsSnapshot, name: string): MetricFamily | undefined =>
  families.find((family) => family.name === name)
