import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { renderExposition } from './exposition.ts'

test('counters, gauges and histograms in the text format, buckets cumulative', () => {
  const registry = createMetricsRegistry()
  registry.counter('runs_total', 'Runs.').add(3, { service: 'workflow' })
  registry.gauge('in_flight', 'Now.').set(0.5)
  const seconds = registry.histogram('seconds', 'Time.', [1, 2.5])
  for (const value of [0.5, 2, 2, 9]) seconds.observe(value, { service: 'agent' })
  registry.counter('never_total', 'A family without a series.')
  expect(renderExposition(registry.snapshot())).toBe(`# HELP runs_total Runs.
# TYPE runs_total counter
runs_total{service="workflow"} 3
# HELP in_flight Now.
# TYPE in_flight gauge
in_flight 0.5
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{service="agent",le="1"} 1
seconds_bucket{service="agent",le="2.5"} 3
seconds_bucket{service="agent",le="+Inf"} 4
seconds_sum{service="agent"} 13.5
seconds_count{service="agent"} 4
`)
})

test('what breaks a line is escaped', () => {
  const registry = createMetricsRegistry()
  registry.counter('x_total', 'one\ntwo \\ "three"').add(1, { name: 'a"b\\c\nd' })
  expect(renderExposition(registry.snapshot())).toBe(
    '# HELP x_total one\\ntwo \\\\ "three"\n# TYPE x_total counter\nx_total{name="a\\"b\\\\c\\nd"} 1\n',
  )
})
