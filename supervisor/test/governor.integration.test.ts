/** Workers are held to their limits, and their number to the load. */
import { afterEach, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { cleanUp, type FixtureOrrery, isRunning, makeDataDirectory, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const WORKER = '../../governor/fixtures/hungry-worker.ts'

/** One pool `all` with these keys beside its services. */
const start = (keys: string): Promise<FixtureOrrery> => {
  const dataDirectory = makeDataDirectory()
  mkdirSync(dirname(dataDirectory), { recursive: true })
  const pool = `[pools.all]\nservices = ["agent", "workflow", "knowledge", "tenant", "link", "console"]\n${keys}\n`
  writeFileSync(join(dirname(dataDirectory), 'orrery.toml'), pool)
  return startFixture({ dataDirectory, worker: WORKER })
}

const ask = async (orrery: FixtureOrrery, path: string): Promise<Response> => {
  const key = readFileSync(join(orrery.dataDirectory, 'root-key'), 'utf8').trim()
  return fetch(`http://127.0.0.1:${orrery.port}/agent/v1${path}`, { headers: { authorization: `Bearer ${key}` } })
}
const workersOf = async (orrery: FixtureOrrery) => (await orrery.facts()).pools[0]?.workers ?? []

test('a worker above its hard memory limit is killed with the limit as the reason, and comes back', async () => {
  const orrery = await start('memory_hard_mb = 200')
  const before = await orrery.worker('all')
  const isDead = async () => (await orrery.facts()).deaths.length > 0
  const hasEaten = async () => (await ask(orrery, '/eat').catch(() => undefined))?.status === 200 || isDead()
  await waitFor(hasEaten, { what: 'a worker to take memory' })
  await waitFor(isDead, { what: 'the death' })
  // What it was asked may be asked of its successor, which then has the same end.
  const [death] = (await orrery.facts()).deaths
  expect(death).toMatchObject({ pid: before.pid, signal: 'SIGKILL', reason: 'memory above the hard limit of 200 MB' })
  await waitFor(async () => (await orrery.facts()).ready.ready, { what: 'another worker' })
  expect((await ask(orrery, '/x')).status).toBe(200)
}, 120_000)

test('workers that have answered enough requests are replaced one after the other, and no request fails by it', async () => {
  const orrery = await start('min = 2\nrequests_max = 200')
  const before = (await workersOf(orrery)).map(({ pid }) => pid)
  const failures: unknown[] = []
  const isReplaced = async () => {
    const statuses = await Promise.all(
      Array.from({ length: 10 }, () => ask(orrery, '/x').then(({ status }) => status, String)),
    )
    failures.push(...statuses.filter((status) => status !== 200))
    const workers = await workersOf(orrery)
    // One at a time: while one is being replaced, the other one is there.
    if (!workers.some(({ state }) => state === 'ready')) failures.push('no worker is ready')
    return workers.every(({ pid, state }) => state === 'ready' && !before.includes(pid))
  }
  await waitFor(isReplaced, { what: 'both workers to be others', timeoutMs: 100_000 })
  expect(failures).toEqual([])
  await waitFor(() => before.every((pid) => !isRunning(pid)), { what: 'the old ones to go' })
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)

test('a pool grows under pressure within its bounds', async () => {
  const orrery = await start('min = 1\nmax = 3')
  const stopped = new AbortController()
  const failures: unknown[] = []
  const client = async () => {
    while (!stopped.signal.aborted) {
      const status = await ask(orrery, '/slow').then((response) => response.status, String)
      if (status !== 200) failures.push(status)
    }
  }
  const clients = Array.from({ length: 60 }, client)
  await waitFor(async () => (await workersOf(orrery)).filter(({ state }) => state === 'ready').length === 3, {
    what: 'three workers',
    timeoutMs: 45_000,
  })
  stopped.abort()
  await Promise.all(clients)
  expect(failures).toEqual([])
}, 120_000)

test('a worker that says that it is not ready gets no requests and is left alive; it comes back when it says so', async () => {
  const orrery = await start('min = 2')
  const told = (await (await ask(orrery, '/unready')).json()) as { pid: number }
  const unready = async () => (await workersOf(orrery)).find(({ pid }) => pid === told.pid)
  await waitFor(async () => (await unready())?.notReady, { what: 'its word to be heard' })
  expect(await unready()).toMatchObject({ state: 'ready', notReady: 'agent: it was told to say so' })
  const answers = await Promise.all(Array.from({ length: 40 }, async () => (await ask(orrery, '/x')).json()))
  expect(answers.filter((answer) => (answer as { pid: number }).pid === told.pid)).toEqual([])
  expect((await orrery.facts()).ready.ready).toBe(true)

  process.kill(told.pid, 'SIGUSR2')
  await waitFor(async () => ((await (await ask(orrery, '/x')).json()) as { pid: number }).pid === told.pid, {
    what: 'its return',
  })
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)

test('when nobody is ready by its own word, the service answers 503 with a reason, and nobody is killed', async () => {
  const orrery = await start('min = 1')
  await ask(orrery, '/unready')
  await waitFor(async () => !(await orrery.facts()).ready.ready, { what: 'unreadiness to be seen' })
  expect((await orrery.facts()).ready.reasons[0]).toContain('it was told to say so')
  const response = await ask(orrery, '/x')
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ code: 'GATEWAY_SERVICE_STARTING' })
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)
