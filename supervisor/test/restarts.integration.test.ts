/** What dies comes back, what cannot live is given up, and everybody is told. */
import { afterEach, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { cleanUp, isRunning, makeDataDirectory, spawnFixture, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const askWorker = async (orrery: Awaited<ReturnType<typeof startFixture>>, path: string) => {
  const { id } = await orrery.worker('all')
  const key = readFileSync(join(orrery.dataDirectory, 'root-key'), 'utf8').trim()
  const headers = { authorization: `Bearer ${key}`, [SERVICE_HEADER]: 'agent' }
  return { id, response: await fetch(`http://127.0.0.1:${orrery.port}/agent/v1${path}`, { headers }) }
}

test('a killed worker is replaced at once, and its death is written down', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const before = await orrery.worker('all')
  process.kill(before.pid, 'SIGKILL')
  const after = await waitFor(
    async () => {
      const worker = await orrery.worker('all')
      return worker.state === 'ready' && worker.pid !== before.pid ? worker : undefined
    },
    { what: 'the next worker' },
  )
  expect(after).toMatchObject({ slot: 0, generation: 2, restarts: 1 })
  const { deaths, ready } = await orrery.facts()
  expect(deaths).toMatchObject([{ pool: 'all', slot: 0, generation: 1, pid: before.pid, signal: 'SIGKILL' }])
  const kept = readFileSync(join(orrery.dataDirectory, 'logs/deaths.jsonl'), 'utf8').trim().split('\n')
  expect(kept.map((line) => JSON.parse(line))).toEqual(deaths)
  expect(ready.ready).toBe(true)
}, 120_000)

test('a killed gateway and a killed PostgreSQL come back', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const facts = await orrery.facts()
  const pids = [facts.gateways[0]?.pid ?? 0, facts.backends[0]?.pid ?? 0]
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await waitFor(
    async () => {
      const { ready, gateways, backends } = await orrery.facts()
      return ready.ready && gateways[0]?.pid !== pids[0] && backends[0]?.pid !== pids[1]
    },
    { what: 'both to be back', timeoutMs: 45_000 },
  )
  expect((await askWorker(orrery, '/x')).response.status).toBe(200)
}, 120_000)

test('a worker whose event loop stands still is taken out and replaced before it has ended', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const { id, pid } = await orrery.worker('all')
  await askWorker(orrery, '/freeze')
  const after = await waitFor(
    async () => {
      const worker = await orrery.worker('all')
      return worker.id !== id && worker.state === 'ready' ? worker : undefined
    },
    { what: 'a worker that moves', timeoutMs: 45_000 },
  )
  expect(after.generation).toBe(2)
  await waitFor(() => !isRunning(pid), { what: 'the hung worker to be ended' })
  const death = await waitFor(async () => (await orrery.facts()).deaths[0], { what: 'its death to be noted' })
  // SIGTERM cannot reach its event loop, so it lives until SIGKILL comes, some seconds later.
  expect(new Date(after.startedAt).getTime()).toBeLessThan(new Date(death.time).getTime())
  expect(death.signal).toBe('SIGKILL')
  expect(death.reason).toMatch(/^no heartbeat for \d+ ms, asleep/)
}, 120_000)

test('a worker that was stopped by a signal is ended at once, and its death tells that it was stopped', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const before = await orrery.worker('all')
  process.kill(before.pid, 'SIGSTOP')
  await waitFor(async () => (await orrery.facts()).deaths.length > 0, { what: 'the death' })
  const [death] = (await orrery.facts()).deaths
  expect(death).toMatchObject({ pid: before.pid, signal: 'SIGKILL' })
  expect(death?.reason).toMatch(/^no heartbeat for \d+ ms, stopped/)
  await waitFor(async () => (await orrery.facts()).ready.ready, { what: 'another worker' })
  expect((await orrery.worker('all')).generation).toBe(2)
}, 120_000)

test('a worker that fails twice alike before it is ready is given up, with its own words; the supervisor runs on', async () => {
  const orrery = spawnFixture({ dataDirectory: makeDataDirectory(), worker: 'hopeless-worker.ts' })
  const facts = await waitFor(
    async () => {
      const now = await orrery.facts().catch(() => undefined)
      return now?.pools[0]?.workers[0]?.state === 'failed' ? now : undefined
    },
    { what: 'the worker to be given up', timeoutMs: 45_000 },
  )
  expect(facts.deaths.map((death) => death.reason)).toEqual(Array(2).fill('the moon is in the wrong phase'))
  expect(facts.pools[0]?.condition).toBe('crash-loop')
  expect(facts.ready.ready).toBe(false)
  await waitFor(() => orrery.output().includes('not everything is ready'), { what: 'the summary' })
  orrery.kill('SIGTERM')
  expect(await orrery.exited).toBe(0)
}, 120_000)

test('a worker that dies again and again is held back: its services answer 503 with Retry-After', async () => {
  const orrery = spawnFixture({ dataDirectory: makeDataDirectory(), worker: 'dying-worker.ts' })
  await waitFor(async () => (await orrery.facts().catch(() => undefined))?.pools[0]?.condition === 'crash-loop', {
    what: 'the crash loop to be seen',
    timeoutMs: 50_000,
  })
  const answer = await waitFor(
    async () => {
      const { response } = await askWorker(orrery, '/x')
      return response.status === 503 ? response : undefined
    },
    { what: 'a 503' },
  )
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  orrery.kill('SIGTERM')
  expect(await orrery.exited).toBe(0)
}, 120_000)

test('a worker that is replaced as asked goes only when its successor is ready', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const before = await orrery.worker('all')
  expect((await orrery.ask('/restart?pool=all&slot=0')).status).toBe(200)
  const after = await orrery.worker('all')
  expect(after).toMatchObject({ generation: 2, restarts: 0, state: 'ready' })
  await waitFor(() => !isRunning(before.pid), { what: 'the old worker to go' })
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)

test('workers get no setting or secret but through their assignment', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory(), env: { MY_API_KEY: 'swordfish' } })
  const { response } = await askWorker(orrery, '/x')
  const { environment } = (await response.json()) as { environment: Record<string, string> }
  const names = Object.keys(environment).filter(
    (name) => !['PATH', 'HOME', 'USER', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL', 'PWD'].includes(name),
  )
  expect(names.toSorted()).toEqual(['BUN_CONFIG_MAX_HTTP_REQUESTS', 'ORRERY_ASSIGNMENT'])
}, 120_000)
