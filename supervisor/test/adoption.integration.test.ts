/** The supervisor is killed; its workers and its gateway serve on, and the next supervisor goes on with them. */
import { afterEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { loadFixture } from './fixture-load.ts'
import {
  allGone,
  cleanUp,
  type FixtureOrrery,
  isRunning,
  makeDataDirectory,
  spawnFixture,
  startFixture,
} from './fixture-orrery.ts'

afterEach(cleanUp)

const KILLS = Number(process.env.ADOPTION_KILLS ?? 10)
/** So much later in its start each supervisor is killed: the last one when all has been adopted. */
const KILL_STEP_MS = 45
/** Far above what it takes, since a busy machine must not fail this; bench/chaos measures it. */
const ADOPTED_MS_MAX = 30_000

const childrenOf = async (orrery: FixtureOrrery) => {
  const { gateways, pools } = await orrery.facts()
  return [...gateways, ...pools.flatMap((pool) => pool.workers)]
}
const pidsOf = async (orrery: FixtureOrrery) => (await childrenOf(orrery)).map(({ pid }) => pid)

const kill9 = async (orrery: FixtureOrrery) => {
  orrery.kill('SIGKILL')
  await orrery.exited
}

/** The next supervisor on the same directory and port. */
const succeed = (orrery: FixtureOrrery, env: Record<string, string> = {}) =>
  startFixture({ dataDirectory: orrery.dataDirectory, port: orrery.port, env })

test(`${KILLS} supervisors are killed under load: no request fails, no stream breaks, no process changes, each is adopted`, async () => {
  let orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  const before = await childrenOf(orrery)
  const load = loadFixture(orrery)
  const adoptedMs: number[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    await kill9(orrery)
    await Bun.sleep(Math.random() * 300) // the time of the kill must not be tied to that of the start before
    const startedAt = performance.now()
    orrery = await succeed(orrery)
    adoptedMs.push(performance.now() - startedAt)
    const after = await childrenOf(orrery)
    for (const [index, { id, pid, startedAt: born, restarts }] of before.entries()) {
      expect(after[index]).toMatchObject({ id, pid, startedAt: born, restarts, state: 'ready' })
    }
  }
  const { failures, requests, numbers } = await load.stop()
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(KILLS)
  expect(Math.min(...numbers)).toBeGreaterThan(KILLS)
  expect((await orrery.facts()).deaths).toEqual([])
  expect(Math.max(...adoptedMs)).toBeLessThan(ADOPTED_MS_MAX)
}, 180_000)

test('supervisors that are killed at any moment of their start leave everybody to the next one', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const pids = await pidsOf(first)
  const load = loadFixture(first)
  await kill9(first)
  for (let kill = 0; kill < KILLS; kill += 1) {
    const next = spawnFixture({ dataDirectory: first.dataDirectory, port: first.port })
    await Bun.sleep(KILL_STEP_MS * kill)
    await kill9(next)
  }
  const last = await succeed(first)
  expect(await pidsOf(last)).toEqual(pids)
  const { failures } = await load.stop()
  expect(failures).toEqual([])
  expect((await last.facts()).deaths).toEqual([])
}, 120_000)

test('a worker that dies while there is no supervisor is replaced by the next one, and its death is told', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const worker = await first.worker('all')
  const [gateway] = await pidsOf(first)
  await kill9(first)
  process.kill(worker.pid, 'SIGKILL')
  await waitFor(() => !isRunning(worker.pid), { what: 'the worker to be gone' })

  const second = await succeed(first)
  expect(await second.worker('all')).toMatchObject({ state: 'ready', generation: 2, restarts: 1 })
  expect((await pidsOf(second))[0]).toBe(gateway)
  expect((await second.facts()).deaths).toMatchObject([
    { pool: 'all', slot: 0, generation: 1, pid: worker.pid, reason: 'ended while no supervisor was there' },
  ])
}, 120_000)

test('an adopted worker and an adopted gateway that are killed are replaced, and the load goes on', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  await kill9(first)
  const second = await succeed(first)
  const before = await pidsOf(second)
  for (const pid of before) process.kill(pid, 'SIGKILL')
  const after = await waitFor(
    async () => {
      const children = await childrenOf(second)
      return children.every(({ state, pid }) => state === 'ready' && !before.includes(pid)) ? children : undefined
    },
    { what: 'the next ones', timeoutMs: 45_000 },
  )
  expect(after.map(({ generation, restarts }) => [generation, restarts])).toEqual([
    [2, 1],
    [2, 1],
  ])
  const { deaths } = await second.facts()
  expect(deaths.map(({ pid }) => pid).toSorted()).toEqual(before.toSorted())
  expect(deaths[0]?.reason).toContain('earlier supervisor')
  await loadFixture(second)
    .stop()
    .then(({ failures }) => expect(failures).toEqual([]))
}, 120_000)

test('the supervisor that adopted them stops them all, in order and with code 0', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const pids = await pidsOf(first)
  await kill9(first)
  const second = await succeed(first)
  second.kill('SIGTERM')
  expect(await second.exited).toBe(0)
  await allGone(pids)
  const { deaths } = await (await succeed(first)).facts()
  expect(deaths).toEqual([])
}, 120_000)

test('a supervisor that is told to stop while it waits for a leftover ends that one too', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const pids = await pidsOf(first)
  await kill9(first)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  const second = spawnFixture({ dataDirectory: first.dataDirectory, port: first.port })
  await waitFor(() => second.facts().catch(() => undefined), { what: 'the admin server' })
  second.kill('SIGTERM')
  expect(await second.exited).toBe(0)
  await allGone(pids)
}, 120_000)

test('a leftover that does not dial is stopped and replaced; the others stay', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const [gateway, worker = 0] = await pidsOf(first)
  await kill9(first)
  process.kill(worker, 'SIGSTOP')
  const second = await succeed(first)
  await allGone([worker])
  expect((await pidsOf(second))[0]).toBe(gateway)
  expect((await second.worker('all')).generation).toBe(2)
  expect((await second.facts()).deaths.map(({ reason }) => reason)).toEqual(['did not dial the next supervisor'])
}, 120_000)

test('workers that the next configuration would not start serve until others are ready; the gateway stays and no request fails', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const [gateway, worker = 0] = await pidsOf(first)
  const load = loadFixture(first)
  await kill9(first)
  writeFileSync(
    join(dirname(first.dataDirectory), 'orrery.toml'),
    '[pools.other]\nservices = ["agent", "workflow", "knowledge", "tenant", "link", "console"]\nmin = 2\n',
  )
  const second = await succeed(first)
  await waitFor(async () => !(await second.facts()).snapshots.some(({ id }) => id === 'all/0.1'), {
    what: 'the old worker to drain',
    timeoutMs: 45_000,
  })
  const { failures, requests } = await load.stop()
  expect(failures.filter((failure) => failure.startsWith('request'))).toEqual([])
  expect(requests).toBeGreaterThan(0)
  await allGone([worker])
  expect((await pidsOf(second))[0]).toBe(gateway)
  expect((await second.facts()).pools.map(({ name, workers }) => [name, workers.length])).toEqual([['other', 2]])
}, 120_000)

test('with another setting everything is replaced, the gateway too, and no request fails', async () => {
  const first = await startFixture({ dataDirectory: makeDataDirectory() })
  const before = await pidsOf(first)
  const load = loadFixture(first, { streams: 0 })
  await kill9(first)
  const second = await succeed(first, { LOG_LEVEL: 'warn' })
  await waitFor(() => !before.some(isRunning), { what: 'the old ones to go', timeoutMs: 45_000 })
  expect((await childrenOf(second)).map(({ state, generation }) => [state, generation])).toEqual([
    ['ready', 2],
    ['ready', 2],
  ])
  const { failures, requests } = await load.stop()
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(0)
  expect(readFileSync(join(second.dataDirectory, 'logs/supervisor.log'), 'utf8')).not.toContain('"level":"error"')
}, 120_000)
