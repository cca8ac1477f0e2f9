import { expect, test } from 'bun:test'
import type { CallLimits, LimitSubject } from '#shared/permissions/call-limits.ts'
import { CallLimitedError } from '../errors.ts'
import { limitCall } from './limit-call.ts'
import type { QuotaMeter } from './quota-meter.ts'
import { createRateLimiter } from './rate-limiter.ts'

const limitsOf = (limits: Partial<CallLimits>): CallLimits => ({
  ...{ requestsPerSecond: null, requestsPerMinute: null, burst: null },
  ...{ requestsPerDay: null, requestsPerMonth: null, tokensPerDay: null, tokensPerMonth: null },
  ...limits,
})

/** Quotas with so many requests left, by key; '' is the app. */
const start = (left: Record<string, number>) => {
  const resetsAtMs = Date.now() + 90_000
  const quotas: QuotaMeter = {
    take({ apiKey }: LimitSubject) {
      if ((left[apiKey] ?? 0) === 0) return { limit: 'requestsPerMonth', max: 7, resetsAtMs }
      left[apiKey] = (left[apiKey] ?? 0) - 1
      return undefined
    },
    putBack({ apiKey }) {
      left[apiKey] = (left[apiKey] ?? 0) + 1
    },
    refresh: () => undefined,
    close: async () => undefined,
  }
  const rates = createRateLimiter()
  const call = (limits: { key?: CallLimits; app?: CallLimits }) =>
    limitCall({ rates, quotas }, { appId: 'a', apiKey: 'k', limits }).then(
      (fields) => ({ fields, error: undefined }),
      (error: CallLimitedError) => ({ fields: error.fields, error }),
    )
  return { call, left }
}

test('a request that the app’s quota refuses is not taken from the key’s', async () => {
  const { call, left } = start({ k: 5, '': 1 })
  const both = { key: limitsOf({ requestsPerDay: 9 }), app: limitsOf({ requestsPerMonth: 7 }) }
  expect((await call(both)).error).toBeUndefined()
  const { error, fields } = await call(both)
  expect(error).toBeInstanceOf(CallLimitedError)
  expect(left).toEqual({ k: 4, '': 0 })
  expect(fields).toEqual({
    'retry-after': '90',
    'ratelimit-policy': '"app-requests-per-month";q=7;w=2678400',
    ratelimit: '"app-requests-per-month";r=0;t=90',
  })
})

test('a request that a rate refuses takes nothing from a quota', async () => {
  const { call, left } = start({ k: 5 })
  const key = limitsOf({ requestsPerMinute: 1, requestsPerDay: 9 })
  await call({ key })
  expect((await call({ key })).error?.message).toContain('key-minute')
  expect(left).toEqual({ k: 4 })
})

test('the rates of key and app hold side by side, and both are told', async () => {
  const { call } = start({})
  const both = { key: limitsOf({ requestsPerMinute: 10 }), app: limitsOf({ requestsPerMinute: 2 }) }
  const { fields } = await call(both)
  expect(fields['ratelimit-policy']).toBe('"key-minute";q=10;w=60, "app-minute";q=2;w=60')
  await call(both)
  expect((await call(both)).error?.message).toContain('app-minute')
})

test('limits without a rate tell nothing of themselves while they last', async () => {
  const { call } = start({ k: 5 })
  expect(await call({ key: limitsOf({ requestsPerDay: 9 }) })).toEqual({ fields: {}, error: undefined })
})
