import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { compareScores } from './compare-scores.ts'

test('questions are counted by whether they got better or worse, and the difference is that of the means', () => {
  const compared = compareScores([0.5, 0.2, 1, 0], [0.7, 0.1, 1, 0.4])
  expect(compared).toMatchObject({ better: 2, worse: 1, same: 1 })
  expect(compared.difference).toBeCloseTo(0.125, 12)
  expect(compared.interval[0]).toBeLessThanOrEqual(compared.difference)
  expect(compared.interval[1]).toBeGreaterThanOrEqual(compared.difference)
})

test('the same difference with every question has no spread', () => {
  const { interval } = compareScores([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
  expect(interval[0]).toBeCloseTo(0.1, 12)
  expect(interval[1]).toBeCloseTo(0.1, 12)
})

test('the same questions get the same interval again', () => {
  const scores = [0.1, 0.9, 0.3, 0.4]
  expect(compareScores(scores, scores.toReversed())).toEqual(compareScores(scores, scores.toReversed()))
  expect(compareScores([], [])).toEqual({ difference: 0, interval: [0, 0], better: 0, worse: 0, same: 0 })
})

test('the interval is as wide as theory says, and holds the truth about as often', () => {
  const random = seededRandom(17)
  const rounds = 300
  const count = 80
  let holding = 0
  let width = 0
  for (let round = 0; round < rounds; round++) {
    // Evenly between -1 and 1, about a true mean of 0: standard deviation 1 / sqrt(3).
    const differences = Array.from({ length: count }, () => random() * 2 - 1)
    const { interval } = compareScores(new Array(count).fill(0), differences)
    if (interval[0] <= 0 && interval[1] >= 0) holding += 1
    width += interval[1] - interval[0]
  }
  expect(holding / rounds).toBeGreaterThan(0.9)
  expect(holding / rounds).toBeLessThan(0.985)
  expect(width / rounds).toBeCloseTo((2 * 1.96) / Math.sqrt(3 * count), 1.5)
})
