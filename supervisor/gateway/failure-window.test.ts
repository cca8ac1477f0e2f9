import { expect, test } from 'bun:test'
import { addCounts, createFailureWindow, noteAttempt } from './failure-window.ts'

const countsAt = (window: ReturnType<typeof createFailureWindow>, nowMs: number, secondsMin = 0) => {
  const counts = { attempts: 0, failures: 0 }
  addCounts(counts, window, { nowMs, secondsMin })
  return counts
}

test('attempts count for ten seconds, the young ones apart, and then no more', () => {
  const window = createFailureWindow()
  for (let second = 100; second < 110; second += 1) noteAttempt(window, second % 2 === 0, second * 1_000 + 500)
  expect(countsAt(window, 109_900)).toEqual({ attempts: 10, failures: 5 })
  expect(countsAt(window, 109_900, 2)).toEqual({ attempts: 8, failures: 4 })
  expect(countsAt(window, 112_000)).toEqual({ attempts: 7, failures: 3 })
  expect(countsAt(window, 119_000)).toEqual({ attempts: 0, failures: 0 })
})

test('a long silence leaves nothing behind', () => {
  const window = createFailureWindow()
  noteAttempt(window, true, 5_000)
  expect(countsAt(window, 5_000_000)).toEqual({ attempts: 0, failures: 0 })
  noteAttempt(window, false, 5_000_000)
  expect(countsAt(window, 5_000_000)).toEqual({ attempts: 1, failures: 0 })
})
