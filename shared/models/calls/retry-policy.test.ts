import { expect, test } from 'bun:test'
import { ModelError, type ModelErrorCode } from '../model-error.ts'
import { CALL_LIMITS } from './call-limits.ts'
import { parseRetryAfter, retryDelayMs } from './retry-policy.ts'

const failure = (code: ModelErrorCode, attempt: number, retryAfterMs?: number) => ({
  error: new ModelError(code, 'x', { retryAfterMs }),
  attempt,
  random: 0.5,
})

test('pauses double up to their bound and end with the attempts', () => {
  const limits = { ...CALL_LIMITS, attemptsMax: 7 }
  const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(failure('MODEL_UNREACHABLE', attempt), limits))
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, undefined])
})

test.each(['MODEL_REFUSED', 'MODEL_TIMEOUT', 'MODEL_BAD_ANSWER', 'MODEL_UNKNOWN'] as const)('%s is final', (code) => {
  expect(retryDelayMs(failure(code, 1), CALL_LIMITS)).toBeUndefined()
})

test('the pause that a provider asks for is kept when it is bearable', () => {
  expect(retryDelayMs(failure('MODEL_LIMITED', 1, 3_000), CALL_LIMITS)).toBe(3_000)
  expect(retryDelayMs(failure('MODEL_LIMITED', 1, 60_000), CALL_LIMITS)).toBeUndefined()
})

test.each([
  ['2', 2_000],
  ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %p is %p ms', (value, expected) => {
  expect(parseRetryAfter(value, Date.UTC(2026, 9, 21, 7, 28))).toBe(expected)
})
