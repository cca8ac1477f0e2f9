import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createGatewayMetrics } from '../gateway/gateway-metrics.ts'
import type { AlertEvent } from './alert-policy.ts'
import { createAlertWatch } from './alert-watch.ts'

test('a service that fails for 15 s is shown and told; what failed longer than a minute ago is forgotten', () => {
  const registry = createMetricsRegistry()
  const gateway = createGatewayMetrics(registry)
  const events: AlertEvent[] = []
  const watch = createAlertWatch({ gatewayPids: () => [], onEvent: (event) => events.push(event) })
  let second = 0
  const pass = (seconds: number, status: number) => {
    for (const end = second + seconds; second < end; second += 5) {
      for (let count = 0; count < 100; count += 1) gateway.answered('agent', status, 0.01)
      watch.look(structuredClone(registry.snapshot()), second * 1_000)
    }
  }
  const ofAgent = () => watch.firing().filter(({ service }) => service === 'agent')

  pass(60, 200)
  expect(ofAgent()).toEqual([])
  pass(25, 500)
  expect(ofAgent()).toMatchObject([{ alert: 'error-rate', threshold: 0.01, unit: 'share' }])
  expect(ofAgent()[0]?.summary).toContain('agent: the share of requests that fail')
  pass(130, 200)
  expect(ofAgent()).toEqual([])
  const told = events.filter(({ measurement }) => measurement.alert === 'error-rate').map(({ kind }) => kind)
  expect(told).toEqual(['fired', 'resolved'])
})
