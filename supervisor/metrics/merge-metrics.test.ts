import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import { mergeMetrics, withoutGauges } from './merge-metrics.ts'

const snapshotOf = (counts: Record<string, number>, observed: number[] = [], inFlight = 0) => {
  const registry = createMetricsRegistry()
  const counter = registry.counter('runs_total', 'Runs.')
  for (const [kind, count] of Object.entries(counts)) counter.add(count, { kind })
  const histogram = registry.histogram('seconds', 'Time.', [1, 2])
  for (const value of observed) histogram.observe(value)
  registry.gauge('in_flight', 'Now.').set(inFlight)
  return registry.snapshot()
}
const familyOf = (snapshot: ReturnType<typeof mergeMetrics>, name: string) =>
  snapshot.families.find((family) => family.name === name)?.series

test('counters are added label by label, whatever the order of the labels', () => {
  const merged = mergeMetrics([snapshotOf({ flow: 1, agent: 2 }), snapshotOf({ agent: 3 })])
  expect(familyOf(merged, 'runs_total')).toEqual([
    { labels: { kind: 'flow' }, value: 1 },
    { labels: { kind: 'agent' }, value: 5 },
  ])
  const swapped = mergeMetrics(
    [
      { a: '1', b: '2' },
      { b: '2', a: '1' },
    ].map((labels) => ({
      families: [{ name: 'x', help: '', type: 'counter' as const, series: [{ labels, value: 1 }] }],
    })),
  )
  expect(familyOf(swapped, 'x')).toEqual([{ labels: { a: '1', b: '2' }, value: 2 }])
})

test('histograms are added bucket by bucket', () => {
  const merged = mergeMetrics([snapshotOf({}, [0.5, 5]), snapshotOf({}, [1.5, 0.25])])
  expect(familyOf(merged, 'seconds')).toEqual([{ labels: {}, value: 7.25, buckets: [2, 1, 1] }])
})

test('gauges of the living are added, those of the dead are dropped', () => {
  const merged = mergeMetrics([snapshotOf({}, [], 3), withoutGauges(snapshotOf({}, [], 5))])
  expect(familyOf(merged, 'in_flight')).toEqual([{ labels: {}, value: 3 }])
})

test('a family of other bounds is left out, not added up wrongly', () => {
  const other = createMetricsRegistry()
  other.histogram('seconds', 'Time.', [1, 2, 3]).observe(1)
  const merged = mergeMetrics([snapshotOf({}, [0.5]), other.snapshot()])
  expect(familyOf(merged, 'seconds')).toEqual([{ labels: {}, value: 0.5, buckets: [1, 0, 0] }])
})

test('merging changes none of its inputs', () => {
  const one = snapshotOf({ flow: 1 }, [0.5])
  const before = JSON.stringify(one)
  mergeMetrics([one, one])
  expect(JSON.stringify(one)).toBe(before)
})

test('a sum does not depend on the order: a counter must not seem to decrease because a process died', () => {
  const seconds = [0.1, 0.2, 0.3, 1e6 / 3, 7e-6].map((value): MetricsSnapshot => {
    const registry = createMetricsRegistry()
    registry.counter('cpu', 'Seconds.').add(value)
    registry.histogram('took', 'Seconds.').observe(value)
    return registry.snapshot()
  })
  const orders = [seconds, seconds.toReversed(), [mergeMetrics(seconds.slice(2)), ...seconds.slice(0, 2)]]
  const sums = orders.map((order) => mergeMetrics(order).families.map(({ series }) => series[0]?.value))
  expect(new Set(sums.map(String)).size).toBe(1)
  expect(sums[0]?.[0]).toBeCloseTo(1e6 / 3 + 0.600007, 5)
})
