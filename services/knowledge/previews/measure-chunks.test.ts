import { expect, test } from 'bun:test'
import { measureLengths } from './measure-chunks.ts'

test('lengths are measured whatever their order and number', () => {
  expect(measureLengths([])).toBeNull()
  expect(measureLengths([7])).toEqual({ min: 7, median: 7, mean: 7, max: 7, histogram: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1] })
  expect(measureLengths([100, 10, 50, 49])).toEqual({
    min: 10,
    median: 49.5,
    mean: 52.3,
    max: 100,
    histogram: [0, 1, 0, 0, 1, 1, 0, 0, 0, 1],
  })
})
