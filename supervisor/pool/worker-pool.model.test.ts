/** A pool under events in random order and a clock that the test turns: what must hold after each of them, and what must come of it in the end. */

import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { createFakeWorker, type FakeWorker } from './fixtures/fake-worker.ts'
import { createHandClock } from './fixtures/hand-clock.ts'
import type { PoolPlan } from './pool-layout.ts'
import { createWorkerPool } from './worker-pool.ts'
import { isOver } from './worker-state.ts'

const STORIES = Number(process.env.POOL_STORIES ?? 300)
const EVENTS = 60
const DRAIN_MS = 1_000
/** Longer than the longest pause before a restart, and than the longest time that a process is given to end. */
const LONG_MS = 70_000
const MAX = 4

const ENDS: [number | null, string | null][] = [
  [0, null],
  [1, null],
  [75, null],
  [null, 'SIGKILL'],
  [null, 'SIGSEGV'],
]

const createStory = (seed: number) => {
  const random = seededRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const upTo = (count: number) => Math.floor(random() * (count + 1))
  const clock = createHandClock()
  const all: FakeWorker[] = []
  const outcomes: Promise<string>[] = []
  const ended: number[] = []
  const log: string[] = []
  let fingerprint = 'first'
  const plan = (): PoolPlan => {
    const min = 1 + upTo(1)
    return { name: 'agent', services: ['agent'], min, max: min + upTo(MAX - min), spare: upTo(2) }
  }
  const pool = createWorkerPool({
    plan: plan(),
    ...{ drainMsMax: () => DRAIN_MS, logger: silentLogger, clock, random },
    spawn({ plan: { name }, slot, generation }) {
      const place = { pool: name, slot, generation, fingerprint }
      const fake = createFakeWorker({ pid: all.length + 1, ...place, drainMsMax: DRAIN_MS, clock })
      all.push(fake)
      return fake.worker
    },
    onEnd: ({ pid }) => void ended.push(pid),
    onDeath: () => undefined,
    onChange: () => undefined,
  })
  const alive = () => all.filter(({ worker }) => !isOver(worker.state))
  const starting = () => alive().filter(({ worker }) => worker.state === 'starting')
  const told = () => alive().filter((fake) => fake.isTold)

  const events = {
    ready: () => pick(starting())?.becomeReady(),
    readyAgain: () => pick(starting())?.becomeReady(),
    die: () => pick(alive())?.exit(...(pick(ENDS) ?? [1, null])),
    obey: () => pick(told())?.exit(0, null),
    hang() {
      const worker = pick(pool.ready())
      if (!worker) return
      worker.markUnresponsive()
      const replaced = pool.replace(worker.slot)
      if (replaced !== undefined) outcomes.push(replaced)
      worker.terminate('silent')
    },
    replace() {
      const abort = AbortSignal.abort()
      const readyMsMax = upTo(5_000)
      const settleMs = upTo(1) * 500
      const options = { readyMsMax, settleMs, ...(random() < 0.1 ? { signal: abort } : {}) }
      const replaced = pool.replace(upTo(MAX), options)
      if (replaced !== undefined) outcomes.push(replaced)
    },
    scale: () => void pool.scale(upTo(MAX + 1)),
    reconfigure() {
      fingerprint = pick(['first', 'second']) ?? fingerprint
      pool.reconfigure(plan())
    },
    wait: () => clock.turn(upTo(400)),
    waitLong: () => clock.turn(upTo(20_000)),
  }
  return { ...{ random, pick, clock, all, outcomes, ended, log, pool, alive, starting, told, events } }
}

type Story = ReturnType<typeof createStory>

/** What must hold at every moment. */
const check = ({ pool, alive, ended, all }: Story, before: Map<number, { generation: number; restarts: number }>) => {
  const { workers, spares = [], min, max } = pool.facts()
  expect(pool.size).toBeGreaterThanOrEqual(min)
  expect(pool.size).toBeLessThanOrEqual(max)
  expect(workers.map(({ slot }) => slot)).toEqual([...Array(pool.size).keys()])
  expect(spares).toHaveLength(pool.plan.spare)
  // Nobody is in two places, and no two have one name.
  const placed = [...workers, ...spares].map(({ pid }) => pid).filter((pid) => pid > 0)
  expect(new Set(placed).size).toBe(placed.length)
  const names = alive().map(({ worker }) => worker.id)
  expect(new Set(names).size).toBe(names.length)
  for (const { slot } of workers) {
    const working = alive().filter(
      ({ worker }) => worker.slot === slot && (worker.state === 'starting' || worker.state === 'ready'),
    )
    expect(working.length).toBeLessThanOrEqual(3) // the present one, its successor, and one that is being given up
  }
  // A spare takes no requests, and who takes requests is alive.
  const takers = pool.ready().map(({ pid }) => pid)
  for (const { pid } of spares) expect(takers).not.toContain(pid)
  expect(pool.living().map(({ pid }) => pid)).toEqual(expect.arrayContaining(takers))
  // Each end is told once, and the pool knows everybody who lives.
  expect(new Set(ended).size).toBe(ended.length)
  expect(pool.living().length + ended.length).toBe(all.length)
  for (const { slot, generation, restarts } of pool.histories()) {
    const known = before.get(slot)
    expect(generation).toBeGreaterThanOrEqual(known?.generation ?? 0)
    expect(restarts).toBeGreaterThanOrEqual(known?.restarts ?? 0)
    before.set(slot, { generation, restarts })
  }
}

/** Nobody dies any more, everybody does what he is told. */
const calm = async ({ clock, starting, told }: Story) => {
  for (let turn = 0; turn < 8; turn += 1) {
    for (const fake of starting()) fake.becomeReady()
    for (const fake of told()) fake.exit(0, null)
    await clock.turn(LONG_MS / 4)
  }
}

test(`${STORIES} stories of ${EVENTS} events: no slot has two masters, nothing is counted back, and all is well in the end`, async () => {
  for (let seed = 1; seed <= STORIES; seed += 1) {
    const story = createStory(seed)
    const { pool, events, clock, pick, log } = story
    const before = new Map<number, { generation: number; restarts: number }>()
    const names = Object.keys(events) as (keyof typeof events)[]
    try {
      pool.start()
      pool.begin()
      for (let count = 0; count < EVENTS; count += 1) {
        const name = pick(names) ?? 'wait'
        log.push(name)
        await events[name]()
        await clock.settle()
        check(story, before)
      }
      await calm(story)
      check(story, before)
      const { workers, spares = [], condition } = pool.facts()
      expect([...workers, ...spares].map(({ state }) => state)).toEqual(
        Array(pool.size + pool.plan.spare).fill('ready'),
      )
      expect(condition).toBe('ok')
      expect(pool.living()).toHaveLength(pool.size + pool.plan.spare)
      expect(pool.ready()).toHaveLength(pool.size)
      for (const outcome of await Promise.all(story.outcomes)) expect(['replaced', 'kept']).toContain(outcome)

      const drained = pool.drain()
      expect(pool.replace(0)).toBeUndefined()
      for (const fake of story.told()) if (story.random() < 0.7) fake.exit(0, null)
      await clock.turn(LONG_MS)
      await drained
      expect(pool.living()).toEqual([])
      const spawned = story.all.length
      pool.scale(MAX)
      pool.start()
      await clock.turn(LONG_MS)
      expect(story.all.length).toBe(spawned)
    } catch (error) {
      throw new Error(`seed ${seed}: ${log.join(' ')}`, { cause: error })
    }
  }
}, 120_000)
