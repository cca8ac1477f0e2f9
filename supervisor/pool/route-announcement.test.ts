import { expect, test } from 'bun:test'
import { announceRoutes } from './route-announcement.ts'
import type { PoolFacts } from './supervision.ts'

const pool = (name: string, services: string[], condition: PoolFacts['condition'] = 'ok'): PoolFacts => ({
  ...{ name, services, min: 1, max: 1, condition },
  workers: [],
})
const worker = (id: string) => ({ id, socketPath: `/run/${id}.sock`, startedAtMs: 5 })

test('a service has the workers of every pool that hosts it', () => {
  const routes = announceRoutes(7, [
    { facts: pool('a', ['agent', 'tenant']), ready: [worker('a/0.1'), worker('a/1.1')] },
    { facts: pool('b', ['tenant']), ready: [worker('b/0.3')] },
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
  expect(stateOf(looping, { ...starting, ready: [worker('b/0.1')] } as typeof looping)).toBe('up')
})

test('only what a gateway must know leaves the supervisor', () => {
  const secretive = { ...worker('a/0.1'), snapshot: 'private' }
  const [sent] = announceRoutes(1, [{ facts: pool('a', ['agent']), ready: [secretive] }]).services.agent?.workers ?? []
  expect(sent).toEqual(worker('a/0.1'))
})
