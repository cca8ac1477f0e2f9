import { expect, test } from 'bun:test'
import { mayRetry } from './retry-budget.ts'

test('three retries are always allowed, a fourth only from twenty active requests', () => {
  expect(mayRetry({ active: 1, retrying: 2 })).toBe(true)
  expect(mayRetry({ active: 19, retrying: 3 })).toBe(false)
  expect(mayRetry({ active: 20, retrying: 3 })).toBe(true)
  expect(mayRetry({ active: 20, retrying: 4 })).toBe(false)
})

test('retries never pass a fifth of the active requests', () => {
  expect(mayRetry({ active: 1_000, retrying: 199 })).toBe(true)
  expect(mayRetry({ active: 1_000, retrying: 200 })).toBe(false)
})
