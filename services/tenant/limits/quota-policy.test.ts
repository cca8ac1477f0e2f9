import { expect, test } from 'bun:test'
import { toLimits } from './limit-schemas.ts'
import { BLOCK_REQUESTS_MAX, nextBlock, periodsOf, type QuotaFacts } from './quota-policy.ts'

const nowMs = Date.UTC(2026, 10, 30, 23, 59, 58)
const dayEndsMs = Date.UTC(2026, 11, 1)
const facts = (over: Partial<QuotaFacts> & { limits: QuotaFacts['limits'] }): QuotaFacts => ({
  requests: { day: 0, month: 0 },
  tokens: { day: 0, month: 0 },
  nowMs,
  ...over,
})

test('days and months are those of UTC, also at the end of a year', () => {
  expect(periodsOf(Date.UTC(2026, 11, 31, 23, 59, 59, 999))).toEqual({
    ...{ day: '2026-12-31', month: '2026-12' },
    ...{ dayEndsMs: Date.UTC(2027, 0, 1), monthEndsMs: Date.UTC(2027, 0, 1) },
  })
})

test('a block is a small share of the quota, one request at least, and never more than what is left', () => {
  const sizeOf = (requestsPerDay: number, used = 0) =>
    nextBlock(facts({ limits: toLimits({ requestsPerDay }), requests: { day: used, month: used } })).requests
  expect([sizeOf(1), sizeOf(49), sizeOf(100), sizeOf(1_000), sizeOf(1_000_000)]).toEqual([1, 1, 2, 20, 100])
  expect([sizeOf(1_000, 990), sizeOf(1_000, 999)]).toEqual([10, 1])
})

test('a quota that is used up says which one and when it begins anew, the later one first', () => {
  const limits = toLimits({ requestsPerDay: 5, requestsPerMonth: 9 })
  const day = nextBlock(facts({ limits, requests: { day: 5, month: 5 } }))
  expect(day).toMatchObject({ requests: 0, end: { limit: 'requestsPerDay', max: 5, resetsAtMs: dayEndsMs } })
  const both = nextBlock(facts({ limits, requests: { day: 5, month: 9 } }))
  expect(both.end?.limit).toBe('requestsPerMonth')
})

test('tokens end a quota too, are looked at every five seconds, and do not count requests', () => {
  const limits = toLimits({ tokensPerDay: 100 })
  const open = nextBlock(facts({ limits, tokens: { day: 99, month: 99 }, nowMs: nowMs - 60_000 }))
  expect(open).toEqual({ requests: BLOCK_REQUESTS_MAX, day: '', untilMs: nowMs - 55_000, end: null })
  expect(nextBlock(facts({ limits, tokens: { day: 100, month: 100 } })).end?.limit).toBe('tokensPerDay')
})

test('no block reaches into the next day', () => {
  expect(nextBlock(facts({ limits: toLimits({ requestsPerDay: 10 }) })).untilMs).toBe(dayEndsMs)
  expect(nextBlock(facts({ limits: toLimits({ tokensPerDay: 10 }) })).untilMs).toBe(dayEndsMs)
})
