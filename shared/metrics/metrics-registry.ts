import type { MetricFamily, MetricSeries, MetricsSnapshot } from './metrics-snapshot.ts'

export type Labels = Record<string, string>

/** One series, found once: for what is counted with every request. */
export interface Counter {
  add(amount?: number): void
}

export interface Histogram {
  observe(value: number): void
}

export interface MetricsRegistry {
  counter(name: string, help: string): { add(amount?: number, labels?: Labels): void; at(labels: Labels): Counter }
  gauge(name: string, help: string): { set(value: number, labels?: Labels): void }
  histogram(
    name: string,
    help: string,
    bounds?: number[],
  ): { observe(value: number, labels?: Labels): void; at(labels: Labels): Histogram }
  snapshot(): MetricsSnapshot
}

/** Seconds; wide enough for a cached answer and for a long model call. */
export const SECONDS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/** Series one family may have: a label that a caller controls must not eat the memory. Further ones fall into one series `other`. */
const SERIES_MAX = 500

/** Metrics of this process. Asking twice for a name gives the same family. */
export const createMetricsRegistry = (): MetricsRegistry => {
  const families = new Map<
    string,
    { family: MetricFamily; byLabels: Map<string, MetricSeries>; asWritten: Map<string, MetricSeries> }
  >()

  const familyOf = (family: Omit<MetricFamily, 'series'>) => {
    const known = families.get(family.name)
    if (known) return known
    const added = {
      family: { ...family, series: [] as MetricSeries[] },
      byLabels: new Map<string, MetricSeries>(),
      asWritten: new Map<string, MetricSeries>(),
    }
    families.set(family.name, added)
    return added
  }

  const seriesOf = (entry: ReturnType<typeof familyOf>, labels: Labels): MetricSeries => {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    const known = entry.byLabels.get(key)
    if (known) return known
    if (entry.byLabels.size >= SERIES_MAX) return seriesOf(entry, { series: 'other' })
    const { bounds } = entry.family
    const added: MetricSeries = {
      labels,
      value: 0,
      ...(bounds ? { buckets: new Array(bounds.length + 1).fill(0) } : {}),
    }
    entry.byLabels.set(key, added)
    entry.family.series.push(added)
    return added
  }

  /** The same call site writes its labels in the same order, so that the series is mostly found without sorting them. */
  const find = (entry: ReturnType<typeof familyOf>, labels: Labels): MetricSeries => {
    let key = ''
    for (const name in labels) key += `${name}\0${labels[name]}\0`
    const known = entry.asWritten.get(key)
    if (known) return known
    const series = seriesOf(entry, labels)
    if (entry.asWritten.size < SERIES_MAX) entry.asWritten.set(key, series)
    return series
  }

  return {
    counter(name, help) {
      const entry = familyOf({ name, help, type: 'counter' })
      return {
        add(amount = 1, labels = {}) {
          find(entry, labels).value += amount
        },
        at(labels) {
          const series = find(entry, labels)
          return {
            add(amount = 1) {
              series.value += amount
            },
          }
        },
      }
    },
    gauge(name, help) {
      const entry = familyOf({ name, help, type: 'gauge' })
      return {
        set(value, labels = {}) {
          find(entry, labels).value = value
        },
      }
    },
    histogram(name, help, bounds = SECONDS_BOUNDS) {
      const entry = familyOf({ name, help, type: 'histogram', bounds })
      return {
        observe: (value, labels = {}) => observeIn(find(entry, labels), bounds, value),
        at(labels) {
          const series = find(entry, labels)
          return { observe: (value) => observeIn(series, bounds, value) }
        },
      }
    },
    snapshot: () => ({ families: [...families.values()].map(({ family }) => family) }),
  }
}

const observeIn = (series: MetricSeries, bounds: readonly number[], value: number): void => {
  let bucket = 0
  while (bucket < bounds.length && !(value <= (bounds[bucket] ?? 0))) bucket += 1
  if (series.buckets) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  series.value += value
}
