import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createSlotPool, type Slot } from './slot-pool.ts'
import { createSlotRepository } from './slot-repository.ts'

const { signal } = new AbortController()
const FAST = { leaseMs: 500, renewMs: 20, pollMs: 2, pollMsMax: 10 }

const setUp = async () => {
  const postgres = await temporaryDatabase({ poolSize: 8 })
  const slots = createSlotRepository(postgres.database)
  const newPool = () => createSlotPool({ slots, logger: silentLogger, timing: FAST })
  return { slots, newPool, [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose]() }
}

test('processes together never have more calls under way than the limit, and each gets its turn', async () => {
  await using context = await setUp()
  const pools = [context.newPool(), context.newPool(), context.newPool()]
  let [busy, most] = [0, 0]
  const done = pools.map(() => 0)
  const call = async (index: number) => {
    const slot = await pools[index]!.acquire('model:m', { limit: 4, waitMsMax: 20_000, signal })
    busy += 1
    most = Math.max(most, busy)
    await Bun.sleep(1)
    busy -= 1
    slot.release()
    done[index]! += 1
  }
  const caller = async (index: number) => {
    for (let count = 0; count < 20; count += 1) await call(index)
  }
  await Promise.all(pools.flatMap((_, index) => Array.from({ length: 5 }, () => caller(index))))
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(4)
  expect(done).toEqual([100, 100, 100])
  await Promise.all(pools.map((pool) => pool.close()))
})

test('a single place goes round between two processes that both want it all the time', async () => {
  await using context = await setUp()
  const pools = [context.newPool(), context.newPool()]
  const order: number[] = []
  const leaving = new AbortController()
  const callers = pools.map(async (pool, index) => {
    const call = async () => {
      for (;;) {
        const slot = await pool.acquire('model:one', { limit: 1, waitMsMax: 20_000, signal: leaving.signal })
        order.push(index)
        await Bun.sleep(1)
        slot.release()
      }
    }
    await Promise.allSettled([call(), call()])
  })
  const turns = () => order.filter((who, place) => place > 0 && who !== order[place - 1]).length
  await waitFor(() => turns() >= 6, { what: 'the place to go round' })
  leaving.abort()
  await Promise.all(callers)
  await Promise.all(pools.map((pool) => pool.close()))
})

test('who waits too long is told that the model is busy; who leaves waits no more', async () => {
  await using context = await setUp()
  const pool = context.newPool()
  const held = await pool.acquire('app:a', { limit: 1, waitMsMax: 1_000, signal })
  const late = pool.acquire('app:a', { limit: 1, waitMsMax: 30, signal })
  await expect(late).rejects.toMatchObject({ code: 'MODEL_BUSY', kind: 'limited', retryAfterMs: 1_000 })
  const leaving = new AbortController()
  const left = pool.acquire('app:a', { limit: 1, waitMsMax: 60_000, signal: leaving.signal })
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  held.release()
  const next = await pool.acquire('app:a', { limit: 1, waitMsMax: 1_000, signal })
  next.release()
  next.release() // counts once
  await pool.close()
})

test('places of a process that died are free after its lease', async () => {
  await using context = await setUp()
  await context.slots.claim({
    scope: 'model:m',
    holder: 'dead',
    used: 2,
    wanted: 2,
    waiting: 0,
    limit: 2,
    leaseMs: 200,
  })
  const pool = context.newPool()
  const startedMs = performance.now()
  const slot = await pool.acquire('model:m', { limit: 2, waitMsMax: 5_000, signal })
  expect(performance.now() - startedMs).toBeGreaterThan(100)
  slot.release()
  await pool.close()
})

test('a stopped process gives its places back at once', async () => {
  await using context = await setUp()
  const first = context.newPool()
  const slot = await first.acquire('model:m', { limit: 1, waitMsMax: 1_000, signal })
  slot.release()
  await first.close()
  const claimed = await context.slots.claim({
    ...{ scope: 'model:m', holder: 'next', used: 0, wanted: 1, waiting: 0, limit: 1, leaseMs: 1_000 },
  })
  expect(claimed).toEqual({ leased: 1, others: [] })
})

test('a raised limit counts for those that wait already', async () => {
  await using context = await setUp()
  const pool = context.newPool()
  const slots: Slot[] = []
  const take = async (limit: number) => slots.push(await pool.acquire('model:m', { limit, waitMsMax: 5_000, signal }))
  await take(1)
  const waiting = take(1)
  await take(3)
  await waiting
  expect(slots).toHaveLength(3)
  for (const slot of slots) slot.release()
  await pool.close()
})
