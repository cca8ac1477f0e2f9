import { expect, test } from 'bun:test'
import { planBatches } from './batch-policy.ts'

const pools = [
  { pool: 'a', size: 1 },
  { pool: 'b', size: 3 },
]
const named = (strategy: 'rolling' | 'blue-green') =>
  planBatches(pools, strategy).map((batch) => batch.map(({ pool, slot }) => `${pool}/${slot}`))

test('rolling begins with one worker of every pool and goes on one by one', () => {
  expect(named('rolling')).toEqual([['a/0', 'b/0'], ['b/1'], ['b/2']])
})

test('blue-green is one batch with everybody', () => {
  expect(named('blue-green')).toEqual([['a/0', 'b/0', 'b/1', 'b/2']])
})

test('nobody to replace is no batch', () => {
  expect([planBatches([], 'rolling'), planBatches([], 'blue-green')]).toEqual([[], []])
})
