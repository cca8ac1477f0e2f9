/** Somebody outside kills workers again and again: that is no fault of theirs, so each comes back as if it were the first time. */
import { afterEach, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { cleanUp, type FixtureOrrery, makeDataDirectory, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const SECONDS = Number(process.env.KILL_SECONDS ?? 12)
const KILL_EVERY_MS = 200
/** A start takes some 100 ms, and a few seconds on a machine that is slow and busy; anything near this is a pause that has grown. */
const AWAY_MS_MAX = 8_000

const POOLS = `
[pools.front]
services = ["agent", "tenant", "link", "console"]
min = 2
[pools.back]
services = ["workflow", "knowledge"]
min = 4
`

const slotsOf = async (orrery: FixtureOrrery) => (await orrery.facts()).pools.flatMap(({ workers }) => workers)

test(`${SECONDS} s in which a worker is killed every ${KILL_EVERY_MS} ms: no crash loop, and no slot stays empty`, async () => {
  const dataDirectory = makeDataDirectory()
  writeFileSync(join(dirname(dataDirectory), 'orrery.toml'), POOLS)
  const orrery = await startFixture({ dataDirectory })
  const awaySince = new Map<string, number>()
  const conditions = new Set<string>()
  /** One that was killed may be listed for another moment. */
  const killed = new Set<number>()
  let awayMs = 0
  for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; ) {
    const { pools } = await orrery.facts()
    for (const { condition } of pools) conditions.add(condition)
    const workers = pools.flatMap((pool) => pool.workers)
    for (const { pool, slot, state } of workers) {
      const name = `${pool}/${slot}`
      if (state === 'ready') awaySince.delete(name)
      else awaySince.set(name, awaySince.get(name) ?? Date.now())
    }
    awayMs = Math.max(awayMs, ...[...awaySince.values()].map((since) => Date.now() - since))
    const alive = workers.filter(({ pid }) => pid > 0 && !killed.has(pid))
    const victim = alive[Math.floor(Math.random() * alive.length)]
    if (victim) {
      process.kill(victim.pid, 'SIGKILL')
      killed.add(victim.pid)
    }
    await Bun.sleep(KILL_EVERY_MS)
  }
  expect([...conditions]).toEqual(['ok'])
  expect(awayMs).toBeLessThan(AWAY_MS_MAX)
  expect(killed.size).toBeGreaterThan(SECONDS)
  await waitFor(async () => (await slotsOf(orrery)).every(({ state }) => state === 'ready'), {
    what: 'everybody to be back',
  })
  expect((await slotsOf(orrery)).reduce((sum, { restarts }) => sum + restarts, 0)).toBe(killed.size)
}, 600_000)

test('a worker that was told to stop by somebody else comes back too', async () => {
  const orrery = await startFixture({ dataDirectory: makeDataDirectory() })
  for (let generation = 1; generation <= 8; generation += 1) {
    const { pid } = await waitFor(
      async () => {
        const worker = await orrery.worker('all')
        return worker.state === 'ready' && worker.generation === generation ? worker : undefined
      },
      { what: `life ${generation}` },
    )
    process.kill(pid, 'SIGTERM')
  }
  expect((await orrery.facts()).pools.map(({ condition }) => condition)).toEqual(['ok'])
}, 120_000)
