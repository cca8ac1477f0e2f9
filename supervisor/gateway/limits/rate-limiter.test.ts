import { afterEach, beforeEach, expect, setSystemTime, test } from 'bun:test'
import type { CallLimits } from '#shared/permissions/call-limits.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { rateLimitFields } from './rate-window.ts'

const limitsOf = (limits: Partial<CallLimits>): CallLimits => ({
  ...{ requestsPerSecond: null, requestsPerMinute: null, burst: null },
  ...{ requestsPerDay: null, requestsPerMonth: null, tokensPerDay: null, tokensPerMonth: null },
  ...limits,
})

const START = Date.UTC(2026, 10, 26)
beforeEach(() => setSystemTime(new Date(START)))
afterEach(() => setSystemTime())
const at = (ms: number) => setSystemTime(new Date(START + ms))

const passed = async (limits: Partial<CallLimits>, times: number, limiter = createRateLimiter()) => {
  let count = 0
  for (let time = 0; time < times; time += 1)
    if (!(await limiter.take('key', 'k', limitsOf(limits))).exceeded) count += 1
  return count
}

test('a second lets so many requests through, and the next one as many again', async () => {
  const limiter = createRateLimiter()
  expect(await passed({ requestsPerSecond: 3 }, 10, limiter)).toBe(3)
  at(1_000)
  expect(await passed({ requestsPerSecond: 3 }, 10, limiter)).toBe(3)
})

test('a burst allows a rush beyond the second, once in ten seconds', async () => {
  const limiter = createRateLimiter()
  const limits = { requestsPerSecond: 2, burst: 5 }
  expect(await passed(limits, 20, limiter)).toBe(7)
  at(1_000)
  expect(await passed(limits, 20, limiter)).toBe(2)
  at(10_000)
  expect(await passed(limits, 20, limiter)).toBe(7)
})

test('the minute holds beside the second, and says when it begins anew', async () => {
  const limiter = createRateLimiter()
  const limits = { requestsPerSecond: 10, requestsPerMinute: 4 }
  expect(await passed(limits, 4, limiter)).toBe(4)
  at(59_500)
  const { exceeded, windows } = await limiter.take('key', 'k', limitsOf(limits))
  expect(exceeded).toEqual({ name: 'key-minute', limit: 4, seconds: 60, left: 0, resetMs: 500 })
  expect(rateLimitFields(windows)).toEqual({
    'ratelimit-policy': '"key-second";q=10;w=1, "key-minute";q=4;w=60',
    ratelimit: '"key-second";r=9;t=1, "key-minute";r=0;t=1',
  })
})

test('subjects do not take from each other, and a changed limit begins anew', async () => {
  const limiter = createRateLimiter()
  const one = limitsOf({ requestsPerSecond: 1 })
  expect((await limiter.take('key', 'a', one)).exceeded).toBeUndefined()
  expect((await limiter.take('key', 'b', one)).exceeded).toBeUndefined()
  expect((await limiter.take('key', 'a', one)).exceeded).toBeDefined()
  expect((await limiter.take('key', 'a', limitsOf({ requestsPerSecond: 2 }))).exceeded).toBeUndefined()
})
