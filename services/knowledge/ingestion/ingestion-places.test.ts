import { expect, test } from 'bun:test'
import { createIngestionPlaces, type IngestionPlace } from './ingestion-places.ts'

const never = new AbortController().signal
const places = () => {
  let nudges = 0
  const made = createIngestionPlaces({ largeMax: 2, onFree: () => (nudges += 1) })
  const open = (isSuspect = false) => made.open({ isSuspect })
  /** Claims as many as there is room for, all of one size, and gives them up. */
  const round = async (size: 'small' | 'large'): Promise<number> => {
    const claimed = Array.from({ length: made.runsMax() }, () => open())
    const taken = claimed.map((place) => place.take(size, never).then(() => place[Symbol.dispose]()))
    await Promise.all(taken)
    return claimed.length
  }
  return { ...made, open, round, nudges: () => nudges }
}
const isPending = async (promise: Promise<void>) =>
  (await Promise.race([promise.then(() => 'settled'), Bun.sleep(1).then(() => 'pending')])) === 'pending'

test('as long as all runs are small more of them are claimed each time, up to a bound; a large one makes them few again', async () => {
  const { round } = places()
  const sizes: number[] = []
  for (let rounds = 0; rounds < 8; rounds++) sizes.push(await round('small'))
  expect(sizes.slice(0, 5)).toEqual([2, 4, 8, 16, 32])
  expect(sizes.at(-1)).toBe(64)
  await round('large')
  expect(await round('small')).toBe(2)
})

test('nothing is claimed until it is known what the runs are that were claimed, nor while large ones take all turns', async () => {
  const { open, runsMax, nudges } = places()
  const [a, b] = [open(), open()]
  expect(runsMax()).toBe(2)
  await a.take('large', never)
  expect(runsMax()).toBe(2)
  await b.take('large', never)
  expect(runsMax()).toBe(2)
  const before = nudges()
  a[Symbol.dispose]()
  expect(nudges()).toBeGreaterThan(before)
  expect(runsMax()).toBe(2)
  b[Symbol.dispose]()
  expect(runsMax()).toBe(2)
})

test('no more large runs than allowed have their turn at once, and each gets one', async () => {
  const { open } = places()
  const held = [open(), open(), open(), open()]
  const turns = held.map((place) => place.take('large', never))
  await Promise.all(turns.slice(0, 2))
  expect(await isPending(turns[2] as Promise<void>)).toBe(true)
  held[0]?.[Symbol.dispose]()
  await turns[2]
  expect(await isPending(turns[3] as Promise<void>)).toBe(true)
  held[1]?.[Symbol.dispose]()
  await turns[3]
})

test('a run that is aborted while it waits leaves its place to the next one', async () => {
  const { open, runsMax } = places()
  const running = [open(), open()]
  for (const place of running) await place.take('large', never)
  const leaving = new AbortController()
  const [left, next] = [open(), open()] as [IngestionPlace, IngestionPlace]
  const leftTurn = left.take('large', leaving.signal)
  const nextTurn = next.take('large', never)
  leaving.abort(new Error('cancelled'))
  expect(leftTurn).rejects.toThrow('cancelled')
  left[Symbol.dispose]()
  running[0]?.[Symbol.dispose]()
  await nextTurn
  running[1]?.[Symbol.dispose]()
  next[Symbol.dispose]()
  expect(runsMax()).toBe(2)
})

test('a small run that did not come to its end before takes turns, so that it ends few others with it', async () => {
  const { open } = places()
  const suspects = [open(true), open(true), open(true)]
  const turns = suspects.map((place) => place.take('small', never))
  await Promise.all(turns.slice(0, 2))
  expect(await isPending(turns[2] as Promise<void>)).toBe(true)
  suspects[0]?.[Symbol.dispose]()
  await turns[2]
})
