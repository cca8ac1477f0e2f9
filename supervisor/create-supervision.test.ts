import { expect, test } from 'bun:test'
import { unreadiness } from './create-supervision.ts'
import type { PoolFacts, ProcessFacts } from './pool/supervision.ts'

const processIn = (state: ProcessFacts['state']): ProcessFacts => ({
  ...{ id: 'x/0.1', pid: 1, pool: 'x', slot: 0, generation: 1, state, startedAt: new Date(0), restarts: 0 },
  ...{ inFlight: 0, streams: 0, rssBytes: 0, loopDelayMs: 0, heartbeatAgeMs: 0 },
})
const poolOf = (services: string[], ...states: ProcessFacts['state'][]): PoolFacts => ({
  ...{ name: 'x', services, min: 1, max: 1, condition: 'ok' },
  workers: states.map(processIn),
})
const database = { name: 'postgres', kind: 'embedded', state: 'ready' } as const

test('one ready worker of each service is enough', () => {
  const pools = [poolOf(['agent'], 'ready', 'crashed'), poolOf(['tenant', 'console'], 'ready')]
  expect(unreadiness(pools, [processIn('ready')], [database])).toEqual([])
})

test('everything that is missing is named', () => {
  const pools = [poolOf(['agent'], 'starting'), { ...poolOf(['console'], 'crashed'), condition: 'crash-loop' as const }]
  const reasons = unreadiness(
    pools,
    [processIn('starting')],
    [{ ...database, state: 'unreachable', detail: 'no answer' }],
  )
  expect(reasons).toEqual([
    'postgres is unreachable: no answer',
    'agent has no ready worker (starting)',
    'console has no ready worker (crash loop: see orrery deaths)',
    'the gateway is not ready',
  ])
})

test('a service that another pool hosts too is served while that one is', () => {
  const pools = [poolOf(['agent'], 'crashed'), poolOf(['agent'], 'ready')]
  expect(unreadiness(pools, [processIn('ready')], [database])).toEqual([])
})
