import { expect, test } from 'bun:test'
import { createModelBreaker } from './model-breaker.ts'

test('a model that failed three times in a row is left alone, then tried by one call at a time, and trusted after a success', () => {
  let nowMs = 0
  const breaker = createModelBreaker(() => nowMs)
  breaker.failed('m')
  breaker.failed('m')
  breaker.succeeded('m')
  breaker.failed('m')
  breaker.failed('m')
  expect(breaker.mayAsk('m')).toBe(true)
  breaker.failed('m')
  expect([breaker.mayAsk('m'), breaker.mayAsk('other')]).toEqual([false, true])
  nowMs = 14_999
  expect(breaker.mayAsk('m')).toBe(false)
  nowMs = 15_000
  expect([breaker.mayAsk('m'), breaker.mayAsk('m')]).toEqual([true, false])
  breaker.failed('m')
  nowMs = 29_999
  expect(breaker.mayAsk('m')).toBe(false)
  nowMs = 30_000
  expect(breaker.mayAsk('m')).toBe(true)
  breaker.succeeded('m')
  expect([breaker.mayAsk('m'), breaker.mayAsk('m')]).toEqual([true, true])
})
