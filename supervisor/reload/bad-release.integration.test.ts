/** A release that is bad in any way is taken back by itself, and nobody who asks for something notices. */
import { afterEach, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { loadFixture } from '../test/fixture-load.ts'
import { cleanUp } from '../test/fixture-orrery.ts'
import { type ReloadedOrrery, startReloaded } from '../test/fixture-reload.ts'

afterEach(cleanUp)

const TAKEN_BACK_MS_MAX = 30_000
const POOLS = `
[pools.front]
services = ["agent", "workflow"]
min = 2
[pools.back]
services = ["knowledge", "tenant", "link", "console"]
`
const configured = (tokenMs: number) => `rehearsal_token_ms = ${tokenMs}\n${POOLS}`
const requestFailures = (failures: string[]) => failures.filter((failure) => failure.startsWith('request'))
const setRelease = ({ dataDirectory }: ReloadedOrrery, release: string) =>
  writeFileSync(join(dataDirectory, 'release'), release)

/** As many processes as there are slots, each with the pid that it had. */
const expectAsBefore = async (orrery: ReloadedOrrery, before: Record<string, number[]>) => {
  await waitFor(async () => (await orrery.facts()).snapshots.length === 5, { what: 'the new workers to be gone' })
  expect(await orrery.workerPids()).toEqual(before)
  const { ready, pools } = await orrery.facts()
  expect(ready.ready).toBe(true)
  expect(pools.flatMap(({ workers }) => workers).map(({ state }) => state)).toEqual(['ready', 'ready', 'ready'])
}

test.each([
  ['never gets ready', 101, 'late'],
  ['dies before it is ready', 102, 'this release is bad'],
  ['dies after it is ready', 103, 'this release is bad'],
  ['fails every request', 104, '500'],
])(
  'a release that %s is taken back: no request fails, every old worker stays',
  async (_, tokenMs, cause) => {
    const orrery = await startReloaded(configured(1))
    const before = await orrery.workerPids()
    const load = loadFixture(orrery)
    orrery.configure(configured(tokenMs))
    const outcome = await orrery.reload()
    expect(outcome.result).toBe('rolled-back')
    expect(outcome.problems.join()).toContain(cause)
    expect(outcome.elapsedMs).toBeLessThan(TAKEN_BACK_MS_MAX)
    expect((await orrery.facts()).troubles.join()).toContain(cause)
    await expectAsBefore(orrery, before)
    expect((await orrery.askWorker()).body.tokenMs).toBe(1)
    await waitFor(() => load.requests() > 20, { what: 'enough requests to tell' })
    expect(requestFailures((await load.stop()).failures)).toEqual([])
    orrery.configure(configured(1))
    expect(await orrery.reload()).toMatchObject({ result: 'unchanged' })
    expect((await orrery.facts()).troubles).toEqual([])
  },
  120_000,
)

test('a release that fails only what users ask is noticed by their errors, and taken back', async () => {
  const orrery = await startReloaded(configured(1))
  const before = await orrery.workerPids()
  const load = loadFixture(orrery)
  orrery.configure(configured(105))
  const outcome = await orrery.reload()
  expect(outcome.result).toBe('rolled-back')
  expect(outcome.problems.join()).toContain('the new workers failed')
  await expectAsBefore(orrery, before)
  const { failures } = await load.stop()
  const after = loadFixture(orrery)
  await waitFor(async () => (await orrery.askWorker()).status === 200, { what: 'an answer' })
  expect(requestFailures((await after.stop()).failures)).toEqual([])
  expect(requestFailures(failures).length).toBeGreaterThan(0) // the promise of no error holds for what a probe can see
}, 120_000)

test.each(['rolling', 'blue-green'] as const)(
  'bad program files keep every old worker, good ones replace all (%s)',
  async (strategy) => {
    const orrery = await startReloaded(configured(1))
    const before = await orrery.workerPids()
    const load = loadFixture(orrery)
    setRelease(orrery, 'fails every request')
    expect(await orrery.reload({ code: true, strategy })).toMatchObject({ result: 'rolled-back' })
    await expectAsBefore(orrery, before)
    rmSync(join(orrery.dataDirectory, 'release'))
    expect(await orrery.reload({ code: true, strategy })).toMatchObject({ result: 'applied' })
    const after = await orrery.workerPids()
    const old = Object.values(before).flat()
    expect(Object.values(after).flat()).toHaveLength(old.length)
    expect(
      Object.values(after)
        .flat()
        .filter((pid) => old.includes(pid)),
    ).toEqual([])
    expect(requestFailures((await load.stop()).failures)).toEqual([])
  },
  120_000,
)

test('a release that goes bad after its first workers brings back those that it replaced', async () => {
  const orrery = await startReloaded(configured(1))
  const load = loadFixture(orrery)
  orrery.configure(configured(2))
  const reload = orrery.reload()
  await waitFor(async () => (await orrery.facts()).pools[0]?.workers[0]?.generation === 2, { what: 'the first one' })
  setRelease(orrery, 'dies before it is ready')
  expect(await reload).toMatchObject({ result: 'rolled-back' })
  rmSync(join(orrery.dataDirectory, 'release'))
  await waitFor(
    async () => (await orrery.facts()).pools.every(({ workers }) => workers.every((w) => w.state === 'ready')),
    {
      what: 'all to be ready',
      timeoutMs: 60_000,
    },
  )
  for (let asked = 0; asked < 8; asked += 1) {
    const { status, body } = await orrery.askWorker()
    expect([status, body.tokenMs].join()).toMatch(/^200,[12]$/)
  }
  expect(requestFailures((await load.stop()).failures)).toEqual([])
}, 120_000)

test('a port that is taken keeps the gateway on the old one', async () => {
  const orrery = await startReloaded(`host = "127.0.0.1"\n${POOLS}`)
  const [before, gateway] = [await orrery.workerPids(), await orrery.gatewayPid()]
  const load = loadFixture(orrery)
  const holder = Bun.listen({ hostname: '127.0.0.2', port: orrery.port, socket: { data() {} } })
  orrery.configure(`host = "127.0.0.2"\nrehearsal_token_ms = 2\n${POOLS}`)
  const outcome = await orrery.reload()
  expect(outcome).toMatchObject({ result: 'rolled-back', problems: [expect.stringContaining(String(process.pid))] })
  holder.stop(true)
  expect(await orrery.workerPids()).toEqual(before)
  expect(await orrery.gatewayPid()).toBe(gateway)
  expect(requestFailures((await load.stop()).failures)).toEqual([])
}, 120_000)
