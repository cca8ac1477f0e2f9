import { expect, test } from 'bun:test'
import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { createUpstreamWorkers, type UpstreamWorker } from './upstream-workers.ts'

const ROOM_AT_START = 256
const table = (version: number, services: Record<string, string[]>, startedAtMs = 0): Routes => ({
  type: 'routes',
  version,
  services: Object.fromEntries(
    Object.entries(services).map(([name, ids]) => [
      name,
      {
        state: ids.length > 0 ? ('up' as const) : ('starting' as const),
        workers: ids.map((id) => ({ id, socketPath: `/run/${id}`, startedAtMs })),
      },
    ]),
  ),
})
const options = (waitMsMax = 60_000) => ({ tried: new Set<string>(), signal: new AbortController().signal, waitMsMax })
const use = (worker: UpstreamWorker) => {
  worker.requests += 1
  return worker
}
/** Takes for `count` requests and tells the order in which they got their workers. */
const takeMany = (workers: ReturnType<typeof createUpstreamWorkers>, count: number) => {
  const served: number[] = []
  const held: UpstreamWorker[] = []
  const all = Array.from({ length: count }, (_, index) =>
    workers.take('agent', options()).then((worker) => {
      served.push(index)
      held.push(use(worker))
    }),
  )
  return { served, held, all: Promise.allSettled(all) }
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('a worker that has just started gets a portion of those who wait, in their order, and each answer lets the next one in', async () => {
  const now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(table(1, { agent: [] }))
  const { served, held, all } = takeMany(workers, 600)
  expect(workers.facts()[0]?.waiting).toBe(600)
  workers.apply(table(2, { agent: ['a'] }, now))
  await settle()
  expect(served).toHaveLength(ROOM_AT_START)
  while (held.length > 0) {
    held.shift()!.requests -= 1
    await settle()
  }
  await all
  expect(served).toEqual(Array.from({ length: 600 }, (_, index) => index))
  expect(workers.facts()[0]?.waiting).toBe(0)
})

test('who comes later never overtakes who waits', async () => {
  let now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(table(1, { agent: ['a'] }, now))
  const first = takeMany(workers, ROOM_AT_START)
  await first.all
  const waiting = takeMany(workers, 1)
  await settle()
  now += 5_000
  const late = workers.takeNow('agent', new Set())
  expect(late).toBeDefined()
  await settle()
  expect(waiting.served).toEqual([0])
})

test('the queue of one service is bounded and leaves room for the others; so is the whole', async () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(table(1, { agent: [], workflow: [], knowledge: [] }))
  const left = new AbortController()
  const wait = (service: string) => workers.take(service, { ...options(), signal: left.signal })
  const waiting = Array.from({ length: 1_000 }, () => wait('agent'))
  await expect(wait('agent')).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_CROWDED' })
  waiting.push(...Array.from({ length: 600 }, () => wait('workflow')))
  waiting.push(...Array.from({ length: 400 }, () => wait('knowledge')))
  await expect(wait('knowledge')).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_CROWDED' })
  left.abort(new Error('left'))
  const outcomes = await Promise.allSettled(waiting)
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect(workers.facts().map((facts) => facts.waiting)).toEqual([0, 0, 0])
})

test('a full service is told from one that is starting', async () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(table(1, { agent: ['a'] }, 100_000))
  await takeMany(workers, ROOM_AT_START).all
  await expect(workers.take('agent', options(5))).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_CROWDED' })
})

test('how long the first one has waited is known, for those who scale', async () => {
  let now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(table(1, { agent: [], workflow: [] }))
  const waiting = workers.take('agent', options())
  now += 1_500
  expect(workers.facts()).toMatchObject([
    { service: 'agent', waiting: 1, oldestWaitMs: 1_500 },
    { service: 'workflow', waiting: 0, oldestWaitMs: 0 },
  ])
  workers.apply(table(2, { agent: ['a'], workflow: [] }))
  await waiting
  expect(workers.facts()[0]).toMatchObject({ waiting: 0, oldestWaitMs: 0 })
})

test('a client that leaves at the moment when a worker comes leaves no place taken', async () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(table(1, { agent: [] }))
  const left = new AbortController()
  const waiting = workers.take('agent', { ...options(), signal: left.signal })
  workers.apply(table(2, { agent: ['a'] }, 100_000))
  left.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
  await takeMany(workers, ROOM_AT_START).all
  expect(workers.facts()[0]?.waiting).toBe(0)
})
