import { expect, test } from 'bun:test'
import type { StatusDocument } from '../admin/status-document.ts'
import { renderStatus } from './render-status.ts'

const worker = {
  ...{ pid: 4_711, slot: 0, generation: 1, state: 'ready', startedAt: '2026-01-01T00:00:00.000Z', restarts: 0 },
  ...{ inFlight: 0, streams: 0, rssBytes: 1_048_576, loopDelayMs: 1 },
}
const status = (change: Partial<StatusDocument> = {}): StatusDocument => ({
  ...{ version: '1.2.3', ready: true, url: 'http://127.0.0.1:8080', dataDirectory: '/data', pssBytes: 1_048_576 },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', supervisor: { pid: 1 }, gateways: [], backends: [] },
  pools: [{ name: 'agent', services: ['agent'], min: 1, max: 1, workers: [worker], spares: [] }],
  ...{ reasons: [], warnings: [], alerts: [] },
  ...change,
})
const NOW_MS = Date.parse('2026-01-01T00:02:00Z')

test('alerts are shown with how long they have been firing', () => {
  const alert = {
    ...{ alert: 'cpu', value: 0.9, threshold: 0.8, unit: 'share' as const, since: '2026-01-01T00:01:00.000Z' },
    summary: 'the CPU is hot',
  }
  expect(renderStatus(status({ alerts: [alert] }), NOW_MS)).toMatch(/^ {2}alert: the CPU is hot, for \S+/m)
  expect(renderStatus(status(), NOW_MS)).not.toContain('alert')
})

test('a worker that is alive but gets no requests is named with its reason', () => {
  const workers = [{ ...worker, notReady: 'agent: its index is being loaded' }]
  const pools = [{ name: 'agent', services: ['agent'], min: 1, max: 1, workers, spares: [] }]
  expect(renderStatus(status({ pools }), NOW_MS)).toContain(
    '  out of rotation: agent/0: agent: its index is being loaded\n',
  )
})
