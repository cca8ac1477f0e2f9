import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createGatewayMetrics } from '../gateway/gateway-metrics.ts'
import { measureTraffic, readTraffic } from './traffic-window.ts'

const measured = (measurements: ReturnType<typeof measureTraffic>, service: string) =>
  Object.fromEntries(
    measurements
      .filter((entry) => entry.service === service)
      .map(({ alert, value, samples }) => [alert, { value, samples }]),
  )

test('only what was answered since the earlier reading counts, for each service by itself', () => {
  const registry = createMetricsRegistry()
  const gateway = createGatewayMetrics(registry)
  for (let count = 0; count < 100; count += 1) gateway.answered('agent', 500, 20)
  const earlier = readTraffic(structuredClone(registry.snapshot()))
  for (let count = 0; count < 98; count += 1) gateway.answered('agent', 200, 0.02)
  for (let count = 0; count < 2; count += 1) gateway.answered('agent', 503, 0.02)
  gateway.answered('workflow', 200, 2)
  const measurements = measureTraffic(earlier, readTraffic(registry.snapshot()))
  const agent = measured(measurements, 'agent')
  expect(agent['error-rate']).toEqual({ value: 0.02, samples: 100 })
  expect(agent['mean-latency']?.value).toBeCloseTo(0.02)
  expect(agent['p95-latency']?.value).toBeLessThanOrEqual(0.025)
  expect(measured(measurements, 'workflow')['mean-latency']).toEqual({ value: 2, samples: 1 })
})

test('no traffic is no measurement', () => {
  const registry = createMetricsRegistry()
  createGatewayMetrics(registry).introduce('agent')
  const traffic = readTraffic(registry.snapshot())
  expect(measureTraffic(traffic, traffic)).toEqual([])
})
