import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { baselineOf, isTelling, isWorse, trafficOf, trafficSince } from './release-policy.ts'

test('answers of all services are counted, those with 5xx apart', () => {
  const registry = createMetricsRegistry()
  const total = registry.counter('orrery_requests_total', 'Requests.')
  total.add(7, { service: 'agent', status: '200' })
  total.add(2, { service: 'tenant', status: '503' })
  registry.counter('other_total', 'Others.').add(9, { status: '500' })
  const traffic = trafficOf([registry.snapshot(), { families: [] }])
  expect(traffic).toEqual({ requests: 9, errors: 2 })
  expect(trafficSince({ requests: 4, errors: 2 }, traffic)).toEqual({ requests: 5, errors: 0 })
})

test('workers that only fail are worse than those that do not', () => {
  expect(isWorse({ requests: 3, errors: 3 }, { requests: 50, errors: 0 })).toBe(true)
  expect(isWorse({ requests: 20, errors: 3 }, { requests: 0, errors: 0 })).toBe(true)
})

test('one failure, a rare one, or failures that the old workers have too, are no reason to go back', () => {
  expect(isWorse({ requests: 2, errors: 2 }, { requests: 50, errors: 0 })).toBe(false)
  expect(isWorse({ requests: 100, errors: 5 }, { requests: 100, errors: 0 })).toBe(false)
  expect(isWorse({ requests: 10, errors: 6 }, { requests: 100, errors: 50 })).toBe(false)
})

test('old workers that get hardly anything any more are judged by what they did before', () => {
  const lifetime = { requests: 1_000, errors: 400 }
  expect(baselineOf({ requests: 2, errors: 0 }, lifetime)).toBe(lifetime)
  const recent = { requests: 50, errors: 1 }
  expect(baselineOf(recent, lifetime)).toBe(recent)
})

test('new workers are watched longer while they have done little beside busy old ones', () => {
  const busy = { requests: 50, errors: 0 }
  expect(isTelling({ requests: 2, errors: 0 }, busy)).toBe(false)
  expect(isTelling({ requests: 10, errors: 0 }, busy)).toBe(true)
  expect(isTelling({ requests: 0, errors: 0 }, { requests: 3, errors: 0 })).toBe(true)
})
