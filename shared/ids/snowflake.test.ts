import { expect, test } from 'bun:test'
import { createSnowflakes, isSnowflake, snowflakeTimeMs } from './snowflake.ts'

test('ids of one maker grow, even when the clock steps back and when a millisecond is full', () => {
  const times = [2e12, 2e12 - 50]
  const next = createSnowflakes(3, () => times[1] ?? 0)
  const ids = Array.from({ length: 10_000 }, () => BigInt(next()))
  expect(new Set(ids).size).toBe(10_000)
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0n))).toBe(true)
})

test('an id tells when it was made and fits into a signed 64-bit column', () => {
  const id = createSnowflakes(1023, () => 1_800_000_000_123)()
  expect(snowflakeTimeMs(id)).toBe(1_800_000_000_123)
  expect(isSnowflake(id)).toBe(true)
})

test('text that is no 63-bit integer is refused', () => {
  expect(['', 'abc', '-1', '1.5', '9223372036854775808'].map(isSnowflake)).toEqual([false, false, false, false, false])
})
