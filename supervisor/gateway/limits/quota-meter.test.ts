import { expect, test } from 'bun:test'
import type { QuotaBlock, QuotaEnd, ReserveQuota } from '#shared/permissions/call-limits.ts'
import { createQuotaMeter } from './quota-meter.ts'

const DAY = '2026-11-26'
const END: QuotaEnd = { limit: 'requestsPerDay', max: 7, resetsAtMs: 9_000 }
const subject = { appId: 'a', apiKey: 'k' }

/** A tenant service with one quota, which it gives out in blocks of `size`. */
const start = (total: number, size: number) => {
  const clock = { now: 1_000 }
  const asked: ReserveQuota[] = []
  const returned: number[] = []
  let left = total
  const meter = createQuotaMeter({
    async reserve(question) {
      asked.push(question)
      left += question.unused?.requests ?? 0
      const requests = Math.min(size, left)
      left -= requests
      const untilMs = requests > 0 ? 9_000 : clock.now + 5_000
      return { requests, day: DAY, untilMs, end: requests > 0 ? null : END } satisfies QuotaBlock
    },
    async giveBack(_subject, unused) {
      returned.push(unused.requests)
      left += unused.requests
    },
    now: () => clock.now,
  })
  return { meter, asked, returned, clock, left: () => left }
}

test('a quota lets through exactly as many requests as it has, also when they come at once', async () => {
  const { meter, asked } = start(7, 3)
  const results = await Promise.all(Array.from({ length: 20 }, async () => meter.take(subject)))
  expect(results.filter((result) => result === undefined)).toHaveLength(7)
  expect(results.filter((result) => result === END)).toHaveLength(13)
  expect(asked).toHaveLength(4)
})

test('a request inside a block costs no wait, and a refusal is remembered for a while', async () => {
  const { meter, asked, clock } = start(2, 2)
  await meter.take(subject)
  expect(meter.take(subject)).toBeUndefined()
  expect(await meter.take(subject)).toBe(END)
  expect(meter.take(subject)).toBe(END)
  expect(asked).toHaveLength(2)
  clock.now += 5_000
  await meter.take(subject)
  expect(asked).toHaveLength(3)
})

test('what is left of a block is given back: with the next question, when limits changed, and at the end', async () => {
  const { meter, asked, returned, left } = start(100, 10)
  await meter.take(subject)
  meter.refresh()
  await meter.take(subject)
  expect(asked[1]?.unused).toEqual({ day: DAY, requests: 9 })
  expect(left()).toBe(89)
  await meter.close()
  expect(returned).toEqual([9])
  expect(left()).toBe(98)
})

test('a request that was put back was not taken', async () => {
  const { meter, left } = start(100, 10)
  await meter.take(subject)
  meter.putBack(subject)
  await meter.close()
  expect(left()).toBe(100)
})

test('a block of yesterday is not used today', async () => {
  const { meter, asked, clock } = start(100, 10)
  await meter.take(subject)
  clock.now = 9_000
  await meter.take(subject)
  expect(asked.map(({ unused }) => unused?.requests)).toEqual([undefined, 9])
})

test('a question that failed is asked again by the next request', async () => {
  let fails = true
  const meter = createQuotaMeter({
    async reserve() {
      if (fails) throw new Error('tenant away')
      return { requests: 1, day: DAY, untilMs: Number.POSITIVE_INFINITY, end: null }
    },
    giveBack: async () => undefined,
  })
  await expect(Promise.resolve(meter.take(subject))).rejects.toThrow('tenant away')
  fails = false
  expect(await meter.take(subject)).toBeUndefined()
})
