import { expect, test } from 'bun:test'
import { announceRoutes } from './route-announcement.ts'
import type { PoolFacts } from './supervision.ts'

const pool = (name: string, services: string[], condition: PoolFacts['condition'] = 'ok'): PoolFacts => ({
  ...{ name, services, min: 1, max: 1, condition },
  workers: [],
})
const worker = (id: string, services: string[], weight?: number) => ({
  ...{ id, socketPath: `/run/${id}.sock`, startedAtMs: 5, services },
  ...(weight === undefined ? {} : { weight }),
})

test('a service has the workers of every pool that hosts it', () => {
  const routes = announceRoutes(7, [
    {
      facts: pool('a', ['agent', 'tenant']),
      ready: [worker('a/0.1', ['agent', 'tenant']), worker('a/1.1', ['agent', 'tenant'])],
    },
    { facts: pool('b', ['tenant']), ready: [worker('b/0.3', ['tenant'])] },
  ])
  expect(routes.version).toBe(7)
  expect(routes.services.agent?.workers.map(({ id }) => id)).toEqual(['a/0.1', 'a/1.1'])
  expect(routes.services.tenant?.workers.map(({ id }) => id)).toEqual(['a/0.1', 'a/1.1', 'b/0.3'])
  expect(routes.services.tenant?.state).toBe('up')
})

test('a service is lost only when every pool that hosts it is in a crash loop', () => {
  const looping = { facts: pool('a', ['agent'], 'crash-loop'), ready: [] }
  const starting = { facts: pool('b', ['agent']), ready: [] }
  const stateOf = (...pools: (typeof looping)[]) => announceRoutes(1, pools).services.agent?.state
  expect(stateOf(looping)).toBe('crash-loop')
  expect(stateOf(starting)).toBe('starting')
  expect([stateOf(looping, starting), stateOf(starting, looping)]).toEqual(['starting', 'starting'])
  expect(stateOf(looping, { ...starting, ready: [worker('b/0.1', ['agent'])] } as typeof looping)).toBe('up')
})

test('only what a gateway must know leaves the supervisor', () => {
  const secretive = { ...worker('a/0.1', ['agent']), snapshot: 'private' }
  const [sent] = announceRoutes(1, [{ facts: pool('a', ['agent']), ready: [secretive] }]).services.agent?.workers ?? []
  expect(sent).toEqual({ id: 'a/0.1', socketPath: '/run/a/0.1.sock', startedAtMs: 5 })
})

test('a worker gets requests for what it hosts itself, whatever its pool is to host next', () => {
  const { services } = announceRoutes(1, [
    { facts: pool('a', ['agent']), ready: [worker('a/0.1', ['agent', 'tenant']), worker('a/0.2', ['agent'])] },
  ])
  expect(services.agent?.workers.map(({ id }) => id)).toEqual(['a/0.1', 'a/0.2'])
  expect(services.tenant).toMatchObject({ state: 'up', workers: [{ id: 'a/0.1' }] })
})

test('a worker without weight is not announced, one with a part of it is, with that part', () => {
  const ready = [worker('a/0.1', ['agent'], 0), worker('a/0.2', ['agent'], 0.25)]
  const { agent } = announceRoutes(1, [{ facts: pool('a', ['agent']), ready }]).services
  expect(agent?.workers.map(({ id, weight }) => [id, weight])).toEqual([['a/0.2', 0.25]])
  const none = announceRoutes(1, [{ facts: pool('a', ['agent']), ready: [worker('a/0.1', ['agent'], 0)] }])
  expect(none.services.agent).toEqual({ state: 'starting', workers: [] })
})
