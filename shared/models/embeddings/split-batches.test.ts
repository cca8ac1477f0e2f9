import { expect, test } from 'bun:test'
import { splitBatches } from './split-batches.ts'

test('batches keep the order and hold neither too many texts nor too many bytes', () => {
  expect(splitBatches([], 10)).toEqual([])
  expect(splitBatches(['a', 'b', 'c', 'd', 'e'], 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  const large = 'x'.repeat(200 * 1024)
  expect(splitBatches(['a', large, large, 'b'], 10).map((batch) => batch.length)).toEqual([2, 2])
})

test('a text that is too long for any request is asked for alone', () => {
  const huge = '好'.repeat(200 * 1024)
  expect(splitBatches(['a', huge, 'b'], 10).map((batch) => batch.length)).toEqual([1, 1, 1])
})
