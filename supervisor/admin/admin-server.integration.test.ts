import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { adminSocketPath } from '#shared/lifecycle/runtime-directory.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createMetricsFold, type MetricsFold } from '../metrics/metrics-fold.ts'
import type { LivingSnapshot, ProcessFacts, Supervision } from '../pool/supervision.ts'
import { PoolUnknownError } from '../reload/errors.ts'
import { createAdminClient } from './admin-client.ts'
import { startAdminServer } from './admin-server.ts'

let dataDirectory: string
let unready: string[]
let living: LivingSnapshot[]
let asked: string[]
let troubles: string[]
let fold: MetricsFold
let server: Awaited<ReturnType<typeof startAdminServer>>

const worker: ProcessFacts = {
  id: 'agent/0.1',
  pid: process.pid,
  pool: 'agent',
  slot: 0,
  generation: 1,
  state: 'ready',
  startedAt: new Date(1_000),
  restarts: 0,
  inFlight: 2,
  streams: 1,
  rssBytes: 50_000_000,
  loopDelayMs: 0.5,
  heartbeatAgeMs: 100,
}
const supervision = (): Supervision => ({
  version: '1.2.3',
  url: 'http://127.0.0.1:8080',
  dataDirectory,
  startedAt: new Date(0),
  settings: loadConfig(SETTINGS, {}),
  pools: () => [{ name: 'agent', services: ['agent'], min: 1, max: 1, condition: 'ok', workers: [worker] }],
  gateways: () => [{ ...worker, id: 'gateway/0.1', pool: 'gateway', pid: 4_712 }],
  backends: () => [{ name: 'postgres', kind: 'embedded', state: 'ready', pid: 4_713 }],
  deaths: () => [],
  warnings: () => ['port 5052 is held'],
  snapshots: () => living,
  ready: () => ({ ready: unready.length === 0, reasons: unready }),
  async restartWorker(pool, slot) {
    asked.push(`restart ${pool}/${slot}`)
  },
  troubles: () => troubles,
  async reload({ strategy, code }, progress) {
    asked.push(`reload ${strategy} ${code}`)
    progress?.('half way')
    return { result: 'unchanged', problems: [], elapsedMs: 1 }
  },
  previewReload: () => ({ result: 'invalid', problems: ['PORT: needs a TCP port'], elapsedMs: 0 }),
  async scalePool(name, count) {
    if (name !== 'agent') throw new PoolUnknownError(name, ['agent'])
    return { count, ready: count }
  },
  drainPool: async () => ({ left: 3 }),
  stop: () => void asked.push('stop'),
})
const counted = (runs: number): LivingSnapshot => {
  const registry = createMetricsRegistry()
  registry.counter('runs_total', 'Runs.').add(runs, { service: 'agent' })
  return { id: worker.id, pool: 'agent', process: { pid: worker.pid, startTime: '' }, snapshot: registry.snapshot() }
}
const start = async () => {
  fold = createMetricsFold()
  const path = adminSocketPath(dataDirectory)
  server = await startAdminServer({ path, supervision: supervision(), fold, logger: silentLogger })
}
const ask = (path: string, init: BunFetchRequestInit = {}) =>
  fetch(`http://supervisor${path}`, { unix: adminSocketPath(dataDirectory), ...init })

beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'adm-'))
  mkdirSync(join(dataDirectory, 'run'))
  unready = []
  living = []
  asked = []
  troubles = []
  await start()
})
afterEach(async () => {
  await server.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
})

test('the status document holds what the command line promises', async () => {
  const status = await createAdminClient(dataDirectory).status()
  expect(status).toMatchObject({
    version: '1.2.3',
    ready: true,
    url: 'http://127.0.0.1:8080',
    dataDirectory,
    startedAt: '1970-01-01T00:00:00.000Z',
    supervisor: { pid: process.pid },
    gateways: [{ pid: 4_712, state: 'ready' }],
    backends: [{ name: 'postgres', kind: 'embedded', state: 'ready', pid: 4_713 }],
    warnings: ['port 5052 is held'],
    alerts: [],
  })
  expect(status.pools[0]?.workers[0]).toEqual({
    pid: process.pid,
    slot: 0,
    generation: 1,
    state: 'ready',
    startedAt: '1970-01-01T00:00:01.000Z',
    restarts: 0,
    inFlight: 2,
    streams: 1,
    rssBytes: 50_000_000,
    loopDelayMs: 0.5,
  })
  expect(status.pssBytes).toBeGreaterThan(1_000_000)
})

test('readiness is 200, or 503 with the reasons; life is 200 whatever happens', async () => {
  expect([(await ask('/health/ready')).status, (await ask('/health/live')).status]).toEqual([200, 200])
  unready = ['postgres is restarting']
  const refused = await ask('/health/ready')
  expect([refused.status, await refused.json()]).toEqual([
    503,
    expect.objectContaining({ ready: false, reasons: unready }),
  ])
  expect((await ask('/health/live')).status).toBe(200)
  expect(await (await ask('/health')).json()).toMatchObject({ status: 'unhealthy', reasons: unready })
})

test('metrics are in the text format, with counters that survive processes and the supervisor', async () => {
  living = [counted(3)]
  const first = await ask('/metrics')
  expect(first.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
  const text = await first.text()
  expect(text).toContain('runs_total{service="agent"} 3')
  expect(text).toContain('orrery_process_up{pool="agent",slot="0"} 1')

  fold.retire(counted(4).process, counted(4).snapshot)
  living = [counted(1)]
  expect(await (await ask('/metrics')).text()).toContain('runs_total{service="agent"} 5')

  await server.stop()
  living = []
  await start()
  expect(await (await ask('/metrics')).text()).toContain('runs_total{service="agent"} 5')
})

test('a worker is restarted by its process id; an unknown id is a problem with a remedy', async () => {
  const client = createAdminClient(dataDirectory)
  await client.restartWorker(process.pid)
  expect(asked).toEqual(['restart agent/0'])
  await expect(client.restartWorker(1)).rejects.toMatchObject({ remedy: expect.stringContaining('orrery status') })
  expect((await ask('/workers/1/restart')).status).toBe(404) // only POST restarts
})

test('what takes a while tells its steps and its end; what goes wrong keeps its code and its remedy', async () => {
  const client = createAdminClient(dataDirectory)
  const steps: string[] = []
  const watch = { progress: (text: string) => void steps.push(text), signal: new AbortController().signal }
  expect(await client.reload({ strategy: 'blue-green', code: true }, watch)).toMatchObject({ result: 'unchanged' })
  expect(asked).toEqual(['reload blue-green true'])
  expect(steps).toEqual(['half way'])
  expect(await client.previewReload({ strategy: 'rolling', code: false })).toMatchObject({ result: 'invalid' })
  expect(await client.scalePool('agent', 2, watch)).toEqual({ count: 2, ready: 2 })
  expect(await client.drainPool('agent', watch)).toEqual({ left: 3 })
  await client.replaceSlot('agent', 7, watch)
  expect(asked.at(-1)).toBe('restart agent/7')
  await expect(client.scalePool('agnt', 2, watch)).rejects.toMatchObject({
    code: 'SUPERVISOR_POOL_UNKNOWN',
    message: expect.stringContaining('agnt'),
    remedy: expect.stringContaining('agent'),
  })
})

test('what went wrong although everything is served degrades the health and is a warning of the status', async () => {
  troubles = ['the last reload was not applied']
  expect(await (await ask('/health')).json()).toMatchObject({ status: 'degraded', reasons: troubles })
  expect((await createAdminClient(dataDirectory).status()).warnings).toContain('the last reload was not applied')
})

test('stop begins the orderly stop', async () => {
  await createAdminClient(dataDirectory).stop()
  expect(asked).toEqual(['stop'])
})

test('an unknown path is a problem, and no supervisor is one that says how to start it', async () => {
  expect(await (await ask('/nope')).json()).toMatchObject({ status: 404, code: 'SUPERVISOR_ROUTE_UNKNOWN' })
  const nowhere = createAdminClient(join(dataDirectory, 'none'))
  await expect(nowhere.status()).rejects.toMatchObject({
    code: 'SUPERVISOR_NOT_RUNNING',
    remedy: expect.stringContaining('npm start'),
  })
})

test('alerts have their place at /health, and none is there before anything was measured', async () => {
  const health = (await (await ask('/health')).json()) as { alerts: unknown }
  expect(health.alerts).toEqual([])
})
