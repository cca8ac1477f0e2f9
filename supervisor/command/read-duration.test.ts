import { expect, test } from 'bun:test'
import { readDuration, readMoment } from './read-duration.ts'

test.each([
  ['90s', 90],
  ['15m', 900],
  ['12h', 43_200],
  ['30d', 2_592_000],
  ['2w', 1_209_600],
  ['30', undefined],
  ['d', undefined],
  ['-1d', undefined],
  ['1.5h', undefined],
  ['1y', undefined],
  ['', undefined],
] as const)('%p is %p seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds)
})

test('a moment is a time from now or one that is written out', () => {
  const now = Date.UTC(2026, 10, 26)
  expect(readMoment('1d', now)).toBe('2026-11-27T00:00:00.000Z')
  expect(readMoment('2027-01-01', now)).toBe('2027-01-01T00:00:00.000Z')
  expect(readMoment('2027-01-01T08:00:00+01:00', now)).toBe('2027-01-01T07:00:00.000Z')
  expect(readMoment('tomorrow', now)).toBeUndefined()
  expect(readMoment('2027-13-01', now)).toBeUndefined()
})
