/** A spare is ready before it is needed, belongs to the tree like any other process, and never gets a request before its time. */
import { afterEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { loadFixture } from './fixture-load.ts'
import { allGone, cleanUp, type FixtureOrrery, isRunning, makeDataDirectory, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const startWithSpare = async (size = 1): Promise<FixtureOrrery> => {
  const dataDirectory = makeDataDirectory()
  writeFileSync(
    join(dirname(dataDirectory), 'orrery.toml'),
    `[pools.all]\nservices = ["agent", "workflow", "knowledge", "tenant", "link", "console"]\nmin = ${size}\nspare = 1\n`,
  )
  return startFixture({ dataDirectory })
}

const poolOf = async (orrery: FixtureOrrery) => {
  const [pool] = (await orrery.facts()).pools
  if (!pool) throw new Error('there is no pool')
  return pool
}

const readySpare = (orrery: FixtureOrrery) =>
  waitFor(async () => (await poolOf(orrery)).spares?.find(({ state }) => state === 'ready'), { what: 'a spare' })

test('the spare takes the place of a worker that is killed, and a next spare is started', async () => {
  const orrery = await startWithSpare()
  for (let generation = 2; generation <= 4; generation += 1) {
    const spare = await readySpare(orrery)
    expect(spare).toMatchObject({ slot: 100, restarts: 0 })
    const { pid } = await orrery.worker('all')
    process.kill(pid, 'SIGKILL')
    const heir = await waitFor(
      async () => {
        const worker = await orrery.worker('all')
        return worker.pid !== pid && worker.state === 'ready' ? worker : undefined
      },
      { what: 'the spare in its place' },
    )
    expect(heir).toMatchObject({ pid: spare.pid, slot: 0, generation, restarts: generation - 1 })
    expect(heir.id).toBe(`all/0.${generation}`)
  }
  expect((await orrery.facts()).deaths).toHaveLength(3)
}, 120_000)

test('the spare takes the place of a worker that hangs as soon as that is known', async () => {
  const orrery = await startWithSpare()
  const spare = await readySpare(orrery)
  const hung = await orrery.worker('all')
  process.kill(hung.pid, 'SIGSTOP')
  await waitFor(async () => (await orrery.worker('all')).pid === spare.pid, { what: 'the spare in its place' })
  await waitFor(() => !isRunning(hung.pid), { what: 'the hung worker to be ended' })
  expect(await orrery.worker('all')).toMatchObject({ pid: spare.pid, state: 'ready', slot: 0 })
}, 120_000)

test('a spare gets no request', async () => {
  const orrery = await startWithSpare()
  const spare = await readySpare(orrery)
  const key = readFileSync(join(orrery.dataDirectory, 'root-key'), 'utf8').trim()
  const pids = new Set<number>()
  for (let count = 0; count < 50; count += 1) {
    const url = `http://127.0.0.1:${orrery.port}/agent/v1/x`
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
    pids.add(((await response.json()) as { pid: number }).pid)
  }
  expect([...pids]).toEqual([(await orrery.worker('all')).pid])
  expect(pids.has(spare.pid)).toBe(false)
}, 120_000)

test('a spare that dies is started again, and no slot knows of it', async () => {
  const orrery = await startWithSpare()
  const spare = await readySpare(orrery)
  const worker = await orrery.worker('all')
  process.kill(spare.pid, 'SIGKILL')
  await waitFor(async () => (await readySpare(orrery)).pid !== spare.pid, { what: 'the next spare' })
  expect(await readySpare(orrery)).toMatchObject({ slot: 100, generation: 2, restarts: 1 })
  expect(await orrery.worker('all')).toMatchObject({ pid: worker.pid, restarts: 0 })
}, 120_000)

test('the next supervisor adopts the spare as a spare, and one that has taken a place as a worker; an orderly stop ends both', async () => {
  const first = await startWithSpare()
  const { pid } = await readySpare(first)
  process.kill((await first.worker('all')).pid, 'SIGKILL')
  await waitFor(async () => (await first.worker('all')).pid === pid, { what: 'the spare in its place' })
  const spare = await readySpare(first)
  const load = loadFixture(first)
  first.kill('SIGKILL')
  await first.exited
  const second = await startFixture({ dataDirectory: first.dataDirectory, port: first.port })
  expect(await second.worker('all')).toMatchObject({ pid, slot: 0, generation: 2, state: 'ready' })
  const adopted = await readySpare(second)
  expect(adopted).toMatchObject({ pid: spare.pid, slot: 100, generation: 2 })
  process.kill(pid, 'SIGKILL')
  await waitFor(async () => (await second.worker('all')).pid === spare.pid, { what: 'the adopted spare in its place' })
  expect(await second.worker('all')).toMatchObject({ slot: 0, generation: 3 })
  const { failures } = await load.stop()
  expect(failures.filter((failure) => failure.startsWith('request'))).toEqual([])
  const last = await readySpare(second)
  second.kill('SIGTERM')
  expect(await second.exited).toBe(0)
  await allGone([spare.pid, last.pid])
}, 120_000)
