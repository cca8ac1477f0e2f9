import { expect, test } from 'bun:test'
import { findJsonError } from './find-json-error.ts'

test.each([
  ['', 0],
  ['nope', 0],
  ['{"a": nope}', 6],
  ['{"a": 1,}', 8],
  ['{"a" 1}', 5],
  ['[1, 2', 5],
  ['{"a": "b', 6],
  ['{"a": 1} x', 9],
  ['{"a": 01}', 7],
  ['"\\x"', 0],
])('%s stops being JSON at %d', (text, offset) => {
  expect(findJsonError(text)).toBe(offset)
  expect(() => JSON.parse(text)).toThrow()
})

test.each(['{}', '[]', ' {"a": [1, -2.5e3, true, null, "\\u00e9 \\n"], "b": {}} ', '"x"', '0'])(
  '%s is JSON',
  (text) => {
    expect(findJsonError(text)).toBeUndefined()
    expect(() => JSON.parse(text)).not.toThrow()
  },
)

test('a text of a hundred thousand brackets does not take the stack', () => {
  expect(findJsonError('['.repeat(100_000))).toBeGreaterThan(100)
})
