import { expect, test } from 'bun:test'
import { BACKOFF_MS_MAX, isCrashLoop, isPermanentFailure, restartPauseMs } from './restart-policy.ts'

const deaths = (...times: number[]) => times.map((atMs) => ({ atMs, afterHealth: false }))

test('the first restart comes at once, the following pauses double up to 30 seconds', () => {
  expect(restartPauseMs(deaths(0), 1)).toBe(0)
  expect([2, 3, 4, 5].map((count) => restartPauseMs(deaths(...Array(count).keys()), 1))).toEqual([100, 200, 400, 800])
  expect(restartPauseMs(deaths(...Array(40).keys()), 1)).toBe(BACKOFF_MS_MAX)
})

test('the pause is spread over the whole range, so that what died together does not return together', () => {
  expect(restartPauseMs(deaths(0, 1, 2), 0)).toBe(0)
  expect(restartPauseMs(deaths(0, 1, 2), 0.5)).toBe(100)
})

test('a death after a healthy minute starts the count again', () => {
  const history = [...deaths(0, 1, 2, 3), { atMs: 100_000, afterHealth: true }]
  expect(restartPauseMs(history, 1)).toBe(0)
  expect(restartPauseMs([...history, ...deaths(100_001)], 1)).toBe(100)
})

test('a crash loop is more than five deaths in 30 seconds, or more than ten in five minutes', () => {
  const now = 1_000_000
  const every = (ms: number, count: number) => deaths(...Array.from({ length: count }, (_, index) => now - index * ms))
  expect(isCrashLoop(every(1_000, 5), now)).toBe(false)
  expect(isCrashLoop(every(1_000, 6), now)).toBe(true)
  expect(isCrashLoop(every(1_000, 6), now + 31_000)).toBe(false)
  expect(isCrashLoop(every(28_000, 10), now)).toBe(false)
  expect(isCrashLoop(every(28_000, 11), now)).toBe(true)
})

test('exit 78, or the same failure twice before ready, is permanent; another one is not', () => {
  const failure = { exitCode: 1, reason: 'no such module' }
  expect(isPermanentFailure({ exitCode: 78, reason: '' }, undefined)).toBe(true)
  expect(isPermanentFailure(failure, undefined)).toBe(false)
  expect(isPermanentFailure(failure, failure)).toBe(true)
  expect(isPermanentFailure(failure, { exitCode: 1, reason: 'database away' })).toBe(false)
  const away = { exitCode: 69, reason: 'database away' }
  expect(isPermanentFailure(away, away)).toBe(false)
  const killed = { exitCode: null, reason: 'killed by SIGKILL' }
  expect(isPermanentFailure(killed, killed)).toBe(false)
})
