import { expect, test } from 'bun:test'
import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { createUpstreamWorkers } from './upstream-workers.ts'

const routes = (version: number, ids: string[]): Routes => ({
  type: 'routes',
  version,
  services: {
    agent: {
      state: ids.length > 0 ? 'up' : 'starting',
      workers: ids.map((id) => ({ id, socketPath: `/run/${id}`, startedAtMs: 0 })),
    },
  },
})

/** A gateway with one service, under a clock that the test turns. */
const start = (ids: string[]) => {
  const state = { now: 100_000, version: 1 }
  const workers = createUpstreamWorkers(() => state.now)
  workers.apply(routes(state.version, ids))
  const attempt = (outcome: 'fails' | 'answers') => {
    const lease = workers.takeNow('agent', new Set())
    if (!lease) throw new Error('nobody')
    lease.requests += 1
    lease.requests -= 1
    if (outcome === 'fails') workers.failed(lease, 'response')
    else workers.answered(lease)
  }
  return {
    workers,
    attempt,
    route(next: string[]) {
      state.version += 1
      workers.apply(routes(state.version, next))
    },
    /** A hundred attempts a second. */
    run(seconds: number, outcome: 'fails' | 'answers') {
      for (let step = 0; step < seconds * 100; step += 1) {
        state.now += 10
        attempt(outcome)
      }
    },
    pass(ms: number) {
      state.now += ms
    },
    isOpen: () => workers.facts()[0]?.isCircuitOpen,
  }
}

test('when all attempts fail for seconds, requests are refused at once', () => {
  const { run, attempt, isOpen } = start(['a', 'b'])
  run(1, 'answers')
  expect(() => run(8, 'fails')).toThrow(expect.objectContaining({ code: 'GATEWAY_CIRCUIT_OPEN', status: 503 }))
  expect(isOpen()).toBe(true)
  expect(() => attempt('answers')).toThrow('got no response lately')
})

test('after its time a few trials decide: good ones close it, a bad one keeps it open', () => {
  const { run, attempt, pass, isOpen } = start(['a'])
  expect(() => run(8, 'fails')).toThrow()
  pass(2_000)
  attempt('fails')
  expect(() => attempt('answers')).toThrow()
  pass(4_000)
  for (let trial = 0; trial < 3; trial += 1) attempt('answers')
  expect(isOpen()).toBe(false)
  run(1, 'answers')
})

test('the crash of workers that the supervisor takes out opens nothing, however many requests it broke', () => {
  const { run, route, isOpen, pass } = start(['a'])
  for (let crash = 0; crash < 20; crash += 1) {
    run(0.5, 'fails')
    route([])
    pass(300)
    route([`a${crash}`])
    run(0.2, 'answers')
    expect(isOpen()).toBe(false)
  }
})

test('while workers are restarted requests wait, also when the circuit was open', async () => {
  const { run, route, workers, isOpen } = start(['a'])
  expect(() => run(8, 'fails')).toThrow()
  route([])
  expect(isOpen()).toBe(false)
  const waiting = workers.take('agent', {
    tried: new Set(),
    signal: new AbortController().signal,
    waitMsMax: 5_000,
  })
  route(['b'])
  expect((await waiting).id).toBe('b')
})

test('a worker that answers opens nothing, whatever it answers', () => {
  const { run, isOpen } = start(['a'])
  run(30, 'answers')
  expect(isOpen()).toBe(false)
})

test('a service that has recovered by itself stays open to requests when one more attempt fails', () => {
  const { run, attempt, isOpen } = start(['a'])
  run(1.5, 'fails')
  run(6, 'answers')
  attempt('fails')
  expect(isOpen()).toBe(false)
})
