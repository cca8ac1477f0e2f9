import { expect, test } from 'bun:test'
import { readPools, SERVICE_NAMES } from './pool-layout.ts'

const services = [...SERVICE_NAMES]
const problemsOf = (fields: Record<string, unknown>) => readPools({ all: { services, ...fields } }).problems

test('a pool has one permanent worker, no spare and no limit, unless its table says otherwise', () => {
  expect(readPools({ all: { services } })).toEqual({
    pools: [{ name: 'all', services, min: 1, max: 1, spare: 0 }],
    problems: [],
  })
  const limits = { memory_soft_mb: 300, memory_hard_mb: 500, lifetime_minutes: 60, requests_max: 10_000 }
  expect(readPools({ all: { services, min: 2, max: 4, spare: 1, restart: 'transient', ...limits } })).toEqual({
    pools: [
      {
        ...{ name: 'all', services, min: 2, max: 4, spare: 1, restart: 'transient' },
        ...{ memorySoftMb: 300, memoryHardMb: 500, lifetimeMinutes: 60, requestsMax: 10_000 },
      },
    ],
    problems: [],
  })
})

test('a number that is none, or out of bounds, is named with its bounds', () => {
  for (const [key, value] of [
    ['min', 0],
    ['max', 65],
    ['spare', -1],
    ['spare', 9],
    ['memory_soft_mb', '300'],
    ['memory_hard_mb', 1],
    ['lifetime_minutes', 1.5],
    ['requests_max', 0],
  ] as const) {
    expect(problemsOf({ [key]: value }), `${key} = ${value}`).toEqual([
      expect.stringMatching(new RegExp(`^pools.all.${key}: needs a whole number from \\d+ to \\d+$`)),
    ])
  }
  expect(problemsOf({ min: 3, max: 2 })).toEqual(['pools.all.max: needs a whole number from min to 64'])
})

test('a hard limit at or below the soft one would kill before it replaces, and is refused', () => {
  expect(problemsOf({ memory_soft_mb: 300, memory_hard_mb: 300 })).toHaveLength(1)
  expect(problemsOf({ memory_soft_mb: 299, memory_hard_mb: 300 })).toEqual([])
})

test('a restart policy that does not exist is refused with those that do', () => {
  expect(problemsOf({ restart: 'sometimes' })).toEqual([
    'pools.all.restart: needs one of permanent, transient, temporary',
  ])
})

test('what a pool comes after must be a list of other pools that are there, and lead somewhere', () => {
  const order = (agent: unknown, rest?: unknown) =>
    readPools({ agent: { services: ['agent'], after: agent }, rest: { services, after: rest } })
  expect(order(['rest', 'rest']).pools.map(({ after }) => after)).toEqual([['rest'], undefined])
  expect(order([])).toMatchObject({ problems: [], pools: [{ name: 'agent' }, { name: 'rest' }] })
  expect(order('rest').problems).toEqual(['pools.agent.after: needs a list of pools such as ["knowledge"]'])
  expect(order(['gateway']).problems).toEqual(['pools.agent.after: there is no pool gateway; there are agent, rest'])
  expect(order(['rest'], ['agent']).problems).toEqual([expect.stringContaining('agent -> rest -> agent')])
})
