import { expect, test } from 'bun:test'
import { chooseSticky } from './sticky-choice.ts'

const worker = (id: string, requests = 0, weight = 1) => ({ id, requests, streams: 0, rampFromMs: 0, weight })
const ids = (count: number) => Array.from({ length: count }, (_, index) => `workflow/g1-${index}`)
const keys = Array.from({ length: 4_000 }, (_, index) => `run-${index}`)
const place = (workers: ReturnType<typeof worker>[], key: string) => chooseSticky(workers, key)?.id ?? 'none'

test('a key keeps its worker, whatever the order of the table', () => {
  const workers = ids(5).map((id) => worker(id))
  for (const key of keys.slice(0, 200)) expect(place(workers.toReversed(), key)).toBe(place(workers, key))
})

test('keys spread evenly', () => {
  const workers = ids(4).map((id) => worker(id))
  const counts = Map.groupBy(keys, (key) => place(workers, key))
  for (const { length } of counts.values()) {
    expect(length).toBeGreaterThan(850)
    expect(length).toBeLessThan(1_150)
  }
  expect(counts.size).toBe(4)
})

test('only the keys of a worker that goes move', () => {
  const workers = ids(4).map((id) => worker(id))
  const fewer = workers.slice(1)
  for (const key of keys) {
    const before = place(workers, key)
    if (before !== workers[0]!.id) expect(place(fewer, key)).toBe(before)
  }
})

test('a worker far above the mean is passed over, and its keys come back when it is not', () => {
  const idle = ids(3).map((id) => worker(id))
  const key = keys.find((candidate) => place(idle, candidate) === idle[1]!.id)!
  const busy = idle.map((candidate, index) => worker(candidate.id, index === 1 ? 30 : 0))
  expect(place(busy, key)).not.toBe(idle[1]!.id)
  const all = idle.map(({ id }) => worker(id, 30))
  expect(place(all, key)).toBe(idle[1]!.id)
})

test('under one hot key no worker gets more than a quarter above the mean', () => {
  const workers = ids(4).map((id) => worker(id))
  for (let request = 0; request < 1_000; request += 1) chooseSticky(workers, 'hot')!.requests += 1
  expect(Math.max(...workers.map(({ requests }) => requests))).toBeLessThanOrEqual(Math.ceil(250 * 1.25))
})

test('someone is found at every load, and a worker of weight 0 only when nobody else is there', () => {
  for (let round = 0; round < 500; round += 1) {
    const workers = ids(1 + (round % 9)).map((id) => ({
      ...worker(id, Math.floor(Math.random() * 5)),
      streams: Math.floor(Math.random() * 40),
    }))
    expect(chooseSticky(workers, `key-${round}`)).toBeDefined()
  }
  const weights = [worker('a', 50), worker('b', 0, 0)]
  for (const key of keys.slice(0, 50)) expect(place(weights, key)).toBe('a')
  expect(place([worker('b', 0, 0)], 'x')).toBe('b')
  expect(chooseSticky([], 'x')).toBeUndefined()
})
