import { expect, test } from 'bun:test'
import { BYTES_PER_MB, judgeLimits, type MeasuredWorker, type PoolMoment } from './limits-policy.ts'

const MINUTE = 60_000
const worker = (change: Partial<MeasuredWorker> = {}): MeasuredWorker => ({
  ...{ id: 'a', isReady: true, memoryBytes: 100 * BYTES_PER_MB, samplesAboveSoft: 0, ageMs: 10 * MINUTE },
  ...{ requests: 10, jitter: 0 },
  ...change,
})
const moment = (workers: MeasuredWorker[], change: Partial<PoolMoment> = {}): PoolMoment => ({
  workers,
  sinceReplacementMs: Number.POSITIVE_INFINITY,
  isReplacing: false,
  ...change,
})
const heavy = worker({ memoryBytes: 300 * BYTES_PER_MB, samplesAboveSoft: 3 })

test('without limits nobody goes, however heavy, old and busy', () => {
  expect(judgeLimits({}, moment([{ ...heavy, ageMs: 1e12, requests: 1e9 }]))).toEqual([])
})

test('above the hard limit a worker is killed in whatever state it is, and so is every other one', () => {
  const starting = { ...heavy, id: 'b', isReady: false }
  expect(judgeLimits({ memoryHardMb: 256 }, moment([heavy, starting, worker({ id: 'c' })]))).toEqual([
    { act: 'kill', id: 'a', limitMb: 256 },
    { act: 'kill', id: 'b', limitMb: 256 },
  ])
})

test('above the soft limit one worker of a pool is replaced, the next one only after that and a pause', () => {
  const limits = { memorySoftMb: 200 }
  const both = [heavy, { ...heavy, id: 'b' }]
  expect(judgeLimits(limits, moment(both))).toEqual([
    { act: 'replace', id: 'a', cause: 'memory', reason: 'memory of 300 MB is above the soft limit of 200 MB' },
  ])
  expect(judgeLimits(limits, moment(both, { isReplacing: true }))).toEqual([])
  expect(judgeLimits(limits, moment(both, { sinceReplacementMs: 4_999 }))).toEqual([])
  expect(judgeLimits(limits, moment(both, { sinceReplacementMs: 5_000 }))).toHaveLength(1)
})

test('a peak is no leak, and a limit that no fresh worker can keep makes no endless replacement', () => {
  const limits = { memorySoftMb: 200 }
  expect(judgeLimits(limits, moment([{ ...heavy, samplesAboveSoft: 2 }]))).toEqual([])
  expect(judgeLimits(limits, moment([{ ...heavy, ageMs: 59_999 }]))).toEqual([])
})

test('a worker that starts or drains is not replaced', () => {
  expect(judgeLimits({ memorySoftMb: 200 }, moment([{ ...heavy, isReady: false }]))).toEqual([])
})

test('workers that were started together do not reach their age or their count together', () => {
  const ages = [0, 0.5, 1].map((jitter) => {
    let minutes = 0
    while (judgeLimits({ lifetimeMinutes: 100 }, moment([worker({ ageMs: minutes * MINUTE, jitter })])).length === 0)
      minutes += 1
    return minutes
  })
  expect(ages).toEqual([100, 90, 80])
  expect(judgeLimits({ requestsMax: 100 }, moment([worker({ requests: 80, jitter: 1 })]))).toHaveLength(1)
  expect(judgeLimits({ requestsMax: 100 }, moment([worker({ requests: 99 })]))).toEqual([])
})

test('memory is more urgent than age', () => {
  const old = worker({ id: 'b', ageMs: 1e12 })
  const limits = { memorySoftMb: 200, lifetimeMinutes: 60 }
  expect(judgeLimits(limits, moment([old, heavy]))).toMatchObject([{ id: 'a', act: 'replace' }])
})
