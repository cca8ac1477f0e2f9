import { expect, test } from 'bun:test'
import { meanOf, quantileOf } from './histogram-quantile.ts'

const bounds = [0.1, 0.5, 1]

test('quantiles lie where Prometheus would put them', () => {
  const observations = { bounds, buckets: [50, 40, 10, 0], sum: 20 }
  expect(quantileOf(observations, 0.5)).toBeCloseTo(0.1)
  expect(quantileOf(observations, 0.7)).toBeCloseTo(0.3)
  expect(quantileOf(observations, 0.95)).toBeCloseTo(0.75)
  expect(meanOf(observations)).toBeCloseTo(0.2)
})

test('what is above every bound counts as the highest one', () => {
  expect(quantileOf({ bounds, buckets: [0, 0, 0, 9], sum: 90 }, 0.95)).toBe(1)
})

test('no observations have no quantile and no mean', () => {
  const none = { bounds, buckets: [0, 0, 0, 0], sum: 0 }
  expect([quantileOf(none, 0.95), meanOf(none)]).toEqual([undefined, undefined])
})
