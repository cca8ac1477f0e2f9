import { expect, test } from 'bun:test'
import { isBindable, isRunnable, nextReleaseBits } from './release-policy.ts'

test('publishing sets the bit of its platform and clears that platform’s take-down bit', () => {
  expect(nextReleaseBits(0, 1, 1)).toBe(1)
  expect(nextReleaseBits(0, 2, 1)).toBe(4)
  expect(nextReleaseBits(0, 4, 1)).toBe(32)
  expect(nextReleaseBits(2 | 16, 1, 1)).toBe(1 | 16)
  expect(nextReleaseBits(1, 1, 2)).toBe(1 | 8)
})

test('taking down clears publication and API of that platform only', () => {
  expect(nextReleaseBits(1 | 8 | 32, 1, 3)).toBe(2 | 32)
  expect(nextReleaseBits(32, 4, 3)).toBe(64)
})

test('AIUI offers no publication to API', () => {
  expect(nextReleaseBits(0, 4, 2)).toBeUndefined()
})

test('only flows published on the first two platforms run by id', () => {
  expect([1, 4, 1 | 2 | 64].map(isRunnable)).toEqual([true, true, true])
  expect([0, 8, 32, 2, 1 | 2 | 16 | 64].map(isRunnable)).toEqual([false, false, false, false, false])
})

test('an app can be bound to anything that was published and not taken down everywhere', () => {
  expect([1, 8, 32, 2].map(isBindable)).toEqual([true, true, true, true])
  expect([0, 2 | 16 | 64].map(isBindable)).toEqual([false, false])
})
