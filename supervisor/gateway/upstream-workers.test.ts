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

test('an ejected worker gets nothing until its time is over or it has answered', async () => {
  let now = 100_000
  const workers = createUpstreamWorkers(() => now)
  workers.apply(routes(1, ['a', 'b']))
  const a = await workers.take('agent', impatient(['b']))
  for (let time = 0; time < 3; time += 1) workers.failed(a, 'connect')
  expect(workers.ejected()).toBe(1)
  for (let round = 0; round < 50; round += 1) expect((await workers.take('agent', impatient())).id).toBe('b')
  workers.apply(routes(2, ['a', 'b']))
  expect(workers.ejected()).toBe(1)
  now += 1_000
  expect(workers.ejected()).toBe(0)
  workers.answered(a)
  expect(a.record.timesInARow).toBe(0)
})
