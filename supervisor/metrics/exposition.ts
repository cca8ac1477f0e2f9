import type { MetricFamily, MetricSeries, MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'

export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const renderExposition = ({ families }: MetricsSnapshot): string =>
  families
    .filter(({ series }) => series.length > 0)
    .map((family) =>
      [
        `# HELP ${family.name} ${escapeHelp(family.help)}`,
        `# TYPE ${family.name} ${family.type}`,
        ...samplesOf(family),
      ].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('')

const samplesOf = (family: MetricFamily): string[] =>
  family.type === 'histogram'
    ? family.series.flatMap((series) => histogramSamples(family, series))
    : family.series.map(({ labels, value }) => `${family.name}${renderLabels(labels)} ${renderNumber(value)}`)

/** Buckets are cumulative here, and the last one is the count. */
const histogramSamples = (
  { name, bounds = [] }: MetricFamily,
  { labels, value, buckets = [] }: MetricSeries,
): string[] => {
  let count = 0
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += buckets[index] ?? 0
    return `${name}_bucket${renderLabels({ ...labels, le: renderNumber(bound) })} ${count}`
  })
  return [
    ...lines,
    `${name}_sum${renderLabels(labels)} ${renderNumber(value)}`,
    `${name}_count${renderLabels(labels)} ${count}`,
  ]
}

const renderLabels = (labels: Record<string, string>): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const renderNumber = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')
