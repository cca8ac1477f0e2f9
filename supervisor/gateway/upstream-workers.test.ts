import { expect, test } from 'bun:test'
import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { createUpstreamWorkers } from './upstream-workers.ts'

const routes = (version: number, ids: string[], state: 'up' | 'starting' | 'crash-loop' = 'up'): Routes => ({
  type: 'routes',
  version,
  services: { agent: { state, workers: ids.map((id) => ({ id, socketPath: `/run/${id}`, startedAtMs: 0 })) } },
})
const patient = (tried: string[] = []) => ({
  tried: new Set(tried),
  signal: new AbortController().signal,
  waitMsMax: 5_000,
})
const impatient = (tried: string[] = []) => ({ ...patient(tried), waitMsMax: 0 })

test('an older table never replaces a newer one', async () => {
  const workers = createUpstreamWorkers()
  workers.apply(routes(2, ['new']))
  workers.apply(routes(1, ['old']))
  expect((await workers.take('agent', impatient())).id).toBe('new')
})

test('a request that waits gets the first worker of the next table', async () => {
  const workers = createUpstreamWorkers()
  workers.apply(routes(1, [], 'starting'))
  const waiting = workers.take('agent', patient())
  workers.apply(routes(2, ['a']))
  expect((await waiting).id).toBe('a')
})

test('it is known how many wait for which service, whether they get a worker or leave', async () => {
  const workers = createUpstreamWorkers()
  const leaving = new AbortController()
  const [staying, left] = [
    workers.take('agent', patient()),
    workers.take('agent', { ...patient(), signal: leaving.signal }),
  ]
  expect([...workers.waiting()]).toEqual([['agent', 2]])
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  expect(workers.waiting().get('agent')).toBe(1)
  workers.apply(routes(1, ['a']))
  await staying
  expect(workers.waiting().get('agent')).toBe(0)
})

test('a crash loop is answered at once, also to those who wait already', async () => {
  const workers = createUpstreamWorkers()
  workers.apply(routes(1, [], 'starting'))
  const waiting = workers.take('agent', patient())
  workers.apply(routes(2, [], 'crash-loop'))
  await expect(waiting).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_CRASHING' })
  await expect(workers.take('agent', patient())).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_CRASHING' })
})

test('the wait ends with an error that names the service', async () => {
  const workers = createUpstreamWorkers()
  await expect(workers.take('agent', impatient())).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_STARTING' })
})

test('a client that leaves stops waiting', async () => {
  const workers = createUpstreamWorkers()
  const leaving = new AbortController()
  const waiting = workers.take('agent', { ...patient(), signal: leaving.signal })
  leaving.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
})

test('a worker that was tried is not taken again', async () => {
  const workers = createUpstreamWorkers()
  workers.apply(routes(1, ['a', 'b']))
  for (let round = 0; round < 50; round += 1) expect((await workers.take('agent', impatient(['a']))).id).toBe('b')
  await expect(workers.take('agent', impatient(['a', 'b']))).rejects.toMatchObject({ code: 'GATEWAY_SERVICE_STARTING' })
})

test('an ejected worker gets one probe when its time is over, and the rest of the requests only after its answer', async () => {
  let now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(routes(1, ['a', 'b']))
  const takeNow = () => workers.takeNow('agent', new Set())
  const a = workers.takeNow('agent', new Set(['b']))!
  for (let time = 0; time < 3; time += 1) workers.failed(a, 'connect')
  expect(workers.ejected()).toBe(1)
  for (let round = 0; round < 50; round += 1) expect(takeNow()?.id).toBe('b')
  workers.apply(routes(2, ['a', 'b']))
  expect(workers.ejected()).toBe(1)

  now += 1_000
  const probe = takeNow()!
  expect([probe.id, probe.isProbe]).toEqual(['a', true])
  for (let round = 0; round < 50; round += 1) expect(takeNow()?.id).toBe('b')
  workers.failed(probe, 'connect')
  now += 1_999
  expect(takeNow()?.id).toBe('b')
  now += 1
  const second = takeNow()!
  expect(second.id).toBe('a')
  workers.answered(second)
  expect(workers.ejected()).toBe(0)
  const placed = Array.from({ length: 100 }, () => takeNow()?.id)
  expect(placed.filter((id) => id === 'a').length).toBeGreaterThan(0)
})

test('a worker that is back begins with a small share', async () => {
  let now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(routes(1, ['a', 'b']))
  const a = workers.takeNow('agent', new Set(['b']))!
  for (let time = 0; time < 3; time += 1) workers.failed(a, 'connect')
  now += 1_000
  workers.answered(workers.takeNow('agent', new Set(['b']))!)
  const share = () => {
    const held = Array.from({ length: 60 }, () => workers.takeNow('agent', new Set())!)
    const part = held.filter(({ id }) => id === 'a').length / held.length
    for (const lease of held) lease.release()
    return part
  }
  expect(share()).toBeLessThan(0.2)
  now += 5_000
  expect(share()).toBeGreaterThan(0.35)
})

test('when more than half of the workers are ejected, all of them get requests and the facts say panic', () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(routes(1, ['a', 'b', 'c']))
  const eject = (id: string) => {
    const lease = workers.takeNow('agent', new Set(['a', 'b', 'c'].filter((other) => other !== id)))!
    for (let time = 0; time < 3; time += 1) workers.failed(lease, 'connect')
  }
  const reached = () => new Set(Array.from({ length: 60 }, () => workers.takeNow('agent', new Set())?.id))
  eject('a')
  expect(reached()).toEqual(new Set(['b', 'c']))
  expect(workers.facts()[0]?.isPanic).toBe(false)
  eject('b')
  expect(reached()).toEqual(new Set(['a', 'b', 'c']))
  expect(workers.facts()[0]?.isPanic).toBe(true)
})

test('a request that all others failed may go to an ejected worker before its time, but only one does', () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(routes(1, ['a', 'b']))
  const a = workers.takeNow('agent', new Set(['b']))!
  for (let time = 0; time < 3; time += 1) workers.failed(a, 'connect')
  expect(workers.takeNow('agent', new Set(['b']))?.isProbe).toBe(true)
  expect(workers.takeNow('agent', new Set(['b']))).toBeUndefined()
})

test('requests about one run go to one worker, and elsewhere when that one is gone', () => {
  const workers = createUpstreamWorkers(() => 100_000)
  workers.apply(routes(1, ['a', 'b', 'c']))
  const ask = (key: string) => {
    const lease = workers.takeNow('agent', new Set(), key)!
    lease.release()
    return lease.id
  }
  const first = ask('417')
  for (let round = 0; round < 20; round += 1) expect(ask('417')).toBe(first)
  workers.apply(
    routes(
      2,
      ['a', 'b', 'c'].filter((id) => id !== first),
    ),
  )
  expect(ask('417')).not.toBe(first)
})

test('a tenth of the weight is a tenth of the requests, and a changed weight holds at once', () => {
  const workers = createUpstreamWorkers(() => 100_000)
  const weighted = (version: number, green: number): Routes => {
    const table = routes(version, ['blue', 'green'])
    table.services.agent!.workers[1]!.weight = green
    return table
  }
  const greenOf = (rounds: number) => {
    let count = 0
    for (let round = 0; round < rounds; round += 1) {
      const lease = workers.takeNow('agent', new Set())!
      if (lease.id === 'green') count += 1
      lease.release()
    }
    return count
  }
  workers.apply(weighted(1, 0.1))
  const part = greenOf(4_000)
  expect(part).toBeGreaterThan(260)
  expect(part).toBeLessThan(470)
  workers.apply(weighted(2, 0))
  expect(greenOf(500)).toBe(0)
})
