import { expect, test } from 'bun:test'
import { chooseMerge, MERGED_CHUNKS_MAX, TIER_SEGMENTS_MAX } from './merge-policy.ts'

const segments = (count: number, chunkCount: number, deadCount = 0) =>
  Array.from({ length: count }, (_, number) => ({ hash: `${chunkCount}-${number}`, chunkCount, deadCount }))

test('leaves a base alone while no size has ten segments', () => {
  expect(chooseMerge([])).toEqual([])
  expect(chooseMerge([...segments(TIER_SEGMENTS_MAX - 1, 5), ...segments(TIER_SEGMENTS_MAX - 1, 500)])).toEqual([])
})

test('merges ten of a size, the smallest size first', () => {
  const small = segments(TIER_SEGMENTS_MAX, 5)
  expect(chooseMerge([...segments(TIER_SEGMENTS_MAX, 50), ...small])).toEqual(small)
})

test('never writes a segment larger than allowed, and leaves large ones alone', () => {
  const chosen = chooseMerge(segments(12, 2_000))
  expect(chosen.length).toBe(Math.floor(MERGED_CHUNKS_MAX / 2_000))
  expect(chooseMerge(segments(20, MERGED_CHUNKS_MAX))).toEqual([])
  expect(chooseMerge(segments(20, MERGED_CHUNKS_MAX / 2 + 1))).toEqual([])
})

test('rewrites a segment of which more than a quarter is gone, and drops one that is all gone', () => {
  const [rotten] = segments(1, 100, 26)
  expect(chooseMerge([...segments(3, 100, 25), rotten!])).toEqual([rotten!])
  const [dead] = segments(1, 10, 10)
  expect(chooseMerge([dead!])).toEqual([dead!])
})

test('merging goes on until nothing is left to merge: every step lowers the number of segments or of dead chunks', () => {
  let base = Array.from({ length: 500 }, (_, number) => ({
    hash: String(number),
    chunkCount: 1 + (number % 40),
    deadCount: 0,
  }))
  for (let step = 0; ; step++) {
    const chosen = chooseMerge(base)
    if (chosen.length === 0) break
    expect(step).toBeLessThan(500)
    const chunkCount = chosen.reduce((sum, each) => sum + each.chunkCount, 0)
    base = [...base.filter((each) => !chosen.includes(each)), { hash: `m${step}`, chunkCount, deadCount: 0 }]
  }
  expect(base.length).toBeLessThan(40)
})
