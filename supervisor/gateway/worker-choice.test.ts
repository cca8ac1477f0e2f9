import { expect, test } from 'bun:test'
import { chooseWorker } from './worker-choice.ts'

const NOW = 1_000_000
const worker = (requests: number, ageMs = 60_000, streams = 0) => ({ requests, streams, startedAtMs: NOW - ageMs })

const countChoices = (workers: ReturnType<typeof worker>[], rounds = 2_000) => {
  const counts = workers.map(() => 0)
  for (let round = 0; round < rounds; round += 1) {
    const index = workers.indexOf(chooseWorker(workers, NOW) ?? worker(0))
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

test('no candidate gives no worker, a lone one is always chosen', () => {
  expect(chooseWorker([], NOW)).toBeUndefined()
  const lone = worker(1_000, 0)
  expect(chooseWorker([lone], NOW)).toBe(lone)
})

test('of two, the less loaded one is chosen every time', () => {
  expect(countChoices([worker(5), worker(4)])).toEqual([0, 2_000])
})

test('the busiest of many is never chosen, and the two compared are never the same one', () => {
  const counts = countChoices([worker(9), worker(1), worker(1), worker(1)])
  expect(counts[0]).toBe(0)
  for (const count of counts.slice(1)) expect(count).toBeGreaterThan(400)
})

test('a worker that has just started gets requests only when the others are much busier', () => {
  expect(countChoices([worker(0, 0), worker(5)])).toEqual([0, 2_000])
  expect(countChoices([worker(0, 0), worker(15)])).toEqual([2_000, 0])
  expect(countChoices([worker(4, 5_000), worker(5)])).toEqual([2_000, 0])
})

test('idle event streams weigh little', () => {
  expect(countChoices([worker(0, 60_000, 20), worker(3)])).toEqual([2_000, 0])
})
