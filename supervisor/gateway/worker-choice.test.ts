import { expect, test } from 'bun:test'
import { chooseWorker } from './worker-choice.ts'

const NOW = 1_000_000
const worker = (requests: number, ageMs = 60_000, streams = 0) => ({
  requests,
  streams,
  rampFromMs: NOW - ageMs,
  weight: 1,
})
const weighing = (weight: number, requests = 0) => ({ ...worker(requests), weight })

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

test('a release with a tenth of the weight gets a tenth of the requests, idle or busy', () => {
  for (const requests of [0, 500]) {
    const counts = countChoices([weighing(0.9), weighing(0.1, requests)], 10_000)
    expect(counts[1]).toBeGreaterThan(800)
    expect(counts[1]).toBeLessThan(1_200)
  }
  const [a = 0, b = 0, c = 0, d = 0] = countChoices(
    [weighing(0.9), weighing(0.9), weighing(0.1), weighing(0.1)],
    10_000,
  )
  expect(c + d).toBeGreaterThan(800)
  expect(c + d).toBeLessThan(1_200)
  expect(Math.min(a, b)).toBeGreaterThan(4_000)
})

test('of one weight the less loaded one is chosen, also while weights differ', () => {
  const counts = countChoices([weighing(0.5, 7), weighing(0.5, 3), weighing(1)], 10_000)
  expect(counts[0]).toBe(0)
  expect(counts[1]).toBeGreaterThan(4_500)
  expect(counts[2]).toBeGreaterThan(4_500)
})

test('a worker of weight 0 gets nothing unless nobody else is there', () => {
  expect(countChoices([weighing(0), weighing(1, 100), weighing(0)])).toEqual([0, 2_000, 0])
  expect(countChoices([weighing(0)])).toEqual([2_000])
  expect(Math.min(...countChoices([weighing(0), weighing(0)]))).toBeGreaterThan(800)
})

test('the last digits of a random number never lead to a worker of weight 0', () => {
  const workers = [weighing(0.1), weighing(0.2), weighing(0)]
  expect(chooseWorker(workers, NOW, () => 1 - Number.EPSILON / 2)).toBe(workers[1]!)
})
