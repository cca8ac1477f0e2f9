import { expect, test } from 'bun:test'
import type { PoolFacts, ProcessFacts } from '../pool/supervision.ts'
import { type HealthFacts, reportHealth } from './health-report.ts'

const worker = (slot: number, state: ProcessFacts['state']): ProcessFacts => ({
  id: `p/${slot}.1`,
  pid: 4711,
  pool: 'p',
  slot,
  generation: 1,
  state,
  startedAt: new Date(0),
  restarts: 2,
  inFlight: 3,
  streams: 1,
  rssBytes: 1,
  loopDelayMs: 0,
  heartbeatAgeMs: 10,
})
const pool = (name: string, services: string[], states: ProcessFacts['state'][]): PoolFacts => ({
  name,
  services,
  min: states.length,
  max: states.length,
  condition: 'ok',
  workers: states.map((state, slot) => worker(slot, state)),
})
const facts = (change: Partial<HealthFacts> = {}): HealthFacts => ({
  now: new Date('2026-01-01T00:01:00Z'),
  startedAt: new Date('2026-01-01T00:00:00Z'),
  version: '1.2.3',
  pools: [pool('agent', ['agent'], ['ready']), pool('platform', ['tenant', 'console'], ['ready', 'ready'])],
  gateways: [worker(0, 'ready')],
  backends: [{ name: 'postgres', kind: 'embedded', state: 'ready', pid: 4712 }],
  unready: [],
  warnings: ['port 5052 is held'],
  alerts: [],
  ...change,
})

test('every service is named with its workers, also those that share a pool', () => {
  const report = reportHealth(facts())
  expect(report).toMatchObject({
    status: 'healthy',
    timestamp: '2026-01-01T00:01:00.000Z',
    uptimeSeconds: 60,
    reasons: [],
  })
  expect(report.services).toEqual({
    agent: { status: 'healthy', pool: 'agent', workers: { ready: 1, total: 1 } },
    tenant: { status: 'healthy', pool: 'platform', workers: { ready: 2, total: 2 } },
    console: { status: 'healthy', pool: 'platform', workers: { ready: 2, total: 2 } },
  })
  expect(report.warnings).toEqual(['port 5052 is held'])
})

test('a missing worker degrades its services, and the reason names the pool', () => {
  const report = reportHealth(facts({ pools: [pool('agent', ['agent'], ['ready', 'starting'])] }))
  expect(report.status).toBe('degraded')
  expect(report.services.agent?.status).toBe('degraded')
  expect(report.reasons).toEqual(['agent has 1 of 2 workers'])
})

test('a service without a worker is unhealthy, and so is the whole', () => {
  const unready = ['agent has no ready worker (crashed)']
  const report = reportHealth(facts({ pools: [pool('agent', ['agent'], ['crashed'])], unready }))
  expect(report.status).toBe('unhealthy')
  expect(report.services.agent).toEqual({ status: 'unhealthy', pool: 'agent', workers: { ready: 0, total: 1 } })
  expect(report.reasons).toEqual(unready)
})

test('the public report holds no process ids', () => {
  expect(JSON.stringify(reportHealth(facts()))).not.toMatch(/471[12]/)
})

test('an alert is shown, and changes no status: everything is served', () => {
  const alert = {
    ...{ alert: 'cpu', value: 0.9, threshold: 0.8, unit: 'share' as const, since: '2026-01-01T00:00:00.000Z' },
    summary: 'hot',
  }
  expect(reportHealth(facts({ alerts: [alert] }))).toMatchObject({ status: 'healthy', alerts: [alert] })
})
