import type { MetricFamily, MetricSeries, MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'

/**
 * Adds snapshots up: counters and histograms series by series, gauges likewise (they are amounts: requests in flight, open streams). Labels
 * stay as they are. A family that another snapshot declares with another type or other bounds cannot be added and is left out; the first
 * one wins. The inputs are not changed.
 */
export const mergeMetrics = (snapshots: readonly MetricsSnapshot[]): MetricsSnapshot => {
  const merged = new Map<string, { family: MetricFamily; series: Map<string, MetricSeries> }>()
  for (const family of snapshots.flatMap(({ families }) => families)) {
    const known = merged.get(family.name) ?? { family: { ...family, series: [] }, series: new Map() }
    merged.set(family.name, known)
    if (!isSameKind(known.family, family)) continue
    for (const series of family.series) {
      addSeries(known.series, family.type === 'gauge' ? series : { ...series, value: toGrain(series.value) })
    }
  }
  return { families: [...merged.values()].map(({ family, series }) => ({ ...family, series: [...series.values()] })) }
}

/** The part of a snapshot that outlives its process: a gauge of a dead process is not true any more. */
export const withoutGauges = ({ families }: MetricsSnapshot): MetricsSnapshot => ({
  families: families.filter(({ type }) => type !== 'gauge'),
})

/**
 * Sums of multiples of a power of two are exact, in whatever order they are added, up to 2^33. Without it a sum that is added up in another order,
 * because a process has died or came back, may be less by the last digit, which a reader takes for a counter that began anew.
 */
const GRAIN = 2 ** -20

/** A value of a cumulative series, to a millionth. Never lower for a higher value. */
const toGrain = (value: number): number => Math.round(value / GRAIN) * GRAIN

const isSameKind = (one: MetricFamily, other: MetricFamily): boolean =>
  one.type === other.type && JSON.stringify(one.bounds) === JSON.stringify(other.bounds)

const addSeries = (known: Map<string, MetricSeries>, series: MetricSeries): void => {
  const key = JSON.stringify(Object.entries(series.labels).sort(([a], [b]) => (a < b ? -1 : 1)))
  const sum = known.get(key)
  if (!sum) {
    known.set(key, { ...series, ...(series.buckets ? { buckets: [...series.buckets] } : {}) })
    return
  }
  sum.value += series.value
  if (sum.buckets) sum.buckets = sum.buckets.map((count, index) => count + (series.buckets?.[index] ?? 0))
}
