import { expect, test } from 'bun:test'
import {
  BACKOFF_MS_MAX,
  type Blame,
  blameFor,
  type DeathFacts,
  isCrashLoop,
  isPermanentFailure,
  mayRestart,
  OUTSIDE_AT_START_PAUSE_MS_MAX,
  OUTSIDE_PAUSE_MS_MAX,
  restartPauseMs,
} from './restart-policy.ts'

const deathsBy = (blame: Blame, ...times: number[]): DeathFacts[] =>
  times.map((atMs) => ({ atMs, afterHealth: false, blame }))
const deaths = (...times: number[]) => deathsBy('own', ...times)

test('the first restart comes at once, the following pauses double up to 30 seconds', () => {
  expect(restartPauseMs([], 1)).toBe(0)
  expect(restartPauseMs(deaths(0), 1)).toBe(0)
  expect([2, 3, 4, 5].map((count) => restartPauseMs(deaths(...Array(count).keys()), 1))).toEqual([100, 200, 400, 800])
  expect(restartPauseMs(deaths(...Array(40).keys()), 1)).toBe(BACKOFF_MS_MAX)
})

test('the pause is spread over the whole range, so that what died together does not return together', () => {
  expect(restartPauseMs(deaths(0, 1, 2), 0)).toBe(0)
  expect(restartPauseMs(deaths(0, 1, 2), 0.5)).toBe(100)
})

test('a death after a healthy minute starts the count again', () => {
  const history = [...deaths(0, 1, 2, 3), ...deaths(100_000).map((death) => ({ ...death, afterHealth: true }))]
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

test('kills from outside make no crash loop and no long pause, however many there are', () => {
  const kills = deathsBy('outside', ...Array.from({ length: 600 }, (_, index) => index * 200))
  expect(isCrashLoop(kills, 120_000)).toBe(false)
  expect(restartPauseMs(kills, 1)).toBe(OUTSIDE_PAUSE_MS_MAX)
  expect(restartPauseMs(kills.slice(0, 1), 1)).toBe(0)
  expect(restartPauseMs(deathsBy('outside', 0, 5_000), 1)).toBe(0)
})

test('kills from outside take no own failure back: five of those and a sixth are a crash loop', () => {
  const mixed = [...deaths(0, 1, 2, 3, 4), ...deathsBy('outside', 5, 6)]
  expect(isCrashLoop(mixed, 7)).toBe(false)
  expect(isCrashLoop([...mixed, ...deaths(7)], 7)).toBe(true)
  expect(restartPauseMs([...mixed, ...deaths(7)], 1)).toBe(restartPauseMs(deaths(0, 1, 2, 3, 4, 7), 1))
})

test('what is killed at each of its starts is a crash loop in the end; one start that succeeds begins the count again', () => {
  const atStart = (count: number) => deathsBy('outside-at-start', ...Array(count).keys())
  expect(restartPauseMs(atStart(30), 1)).toBe(OUTSIDE_AT_START_PAUSE_MS_MAX)
  expect(isCrashLoop(atStart(20), 20)).toBe(false)
  expect(isCrashLoop(atStart(21), 21)).toBe(true)
  expect(isCrashLoop([...atStart(20), ...deathsBy('outside', 20), ...atStart(20)], 20)).toBe(false)
})

test('who killed is told by the signal, by us and by the last words', () => {
  const facts = { exitCode: null, signal: 'SIGKILL', wasReady: true, wasEndedByUs: false, saidBye: false }
  expect(blameFor(facts)).toBe('outside')
  expect(blameFor({ ...facts, wasReady: false })).toBe('outside-at-start')
  expect(blameFor({ ...facts, wasEndedByUs: true })).toBe('own')
  for (const signal of ['SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGBUS', 'SIGFPE']) {
    expect(blameFor({ ...facts, signal })).toBe('own')
  }
  expect(blameFor({ ...facts, signal: 'SIGTERM' })).toBe('outside')
  // SIGTERM from outside, obeyed in order.
  expect(blameFor({ ...facts, signal: null, exitCode: 0, saidBye: true })).toBe('outside')
  expect(blameFor({ ...facts, signal: null, exitCode: 0 })).toBe('own')
  expect(blameFor({ ...facts, signal: null, exitCode: 1, saidBye: true })).toBe('own')
  // An adopted process: nobody can tell how it ended.
  expect(blameFor({ ...facts, signal: null })).toBe('own')
})

test('a permanent worker comes back always, a transient one after an abnormal end, a temporary one never', () => {
  expect([true, false].map((endedWell) => mayRestart('permanent', endedWell))).toEqual([true, true])
  expect([true, false].map((endedWell) => mayRestart('transient', endedWell))).toEqual([false, true])
  expect([true, false].map((endedWell) => mayRestart('temporary', endedWell))).toEqual([false, false])
})

test('exit 78, or the same failure twice before ready, is permanent; another one is not', () => {
  const failure = { exitCode: 1, reason: 'no such module' }
  expect(isPermanentFailure({ exitCode: 78, reason: '' }, undefined)).toBe(true)
  expect(isPermanentFailure(failure, undefined)).toBe(false)
  expect(isPermanentFailure(failure, failure)).toBe(true)
  expect(isPermanentFailure(failure, { exitCode: 1, reason: 'database away' })).toBe(false)
  const away = { exitCode: 69, reason: 'database away' }
  expect(isPermanentFailure(away, away)).toBe(false)
  const late = { exitCode: 0, reason: 'not ready within 60000 ms' }
  expect(isPermanentFailure(late, late)).toBe(false)
  const killed = { exitCode: null, reason: 'killed by SIGKILL' }
  expect(isPermanentFailure(killed, killed)).toBe(false)
})
