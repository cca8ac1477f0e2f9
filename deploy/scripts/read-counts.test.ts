import { expect, test } from 'bun:test'
import { readCounts } from './read-counts.ts'

test("reads the summary of Bun's runner", () => {
  expect(readCounts('(pass) a\n\n 12 pass\n 3 fail\n 40 expect() calls\n')).toEqual({ passed: 12, failed: 3 })
})

test("reads the summary of Node's runner in both of its forms", () => {
  expect(readCounts('# tests 5\n# pass 4\n# fail 1\n')).toEqual({ passed: 4, failed: 1 })
  expect(readCounts('ℹ tests 5\nℹ pass 5\nℹ fail 0\n')).toEqual({ passed: 5, failed: 0 })
})

test('a runner that died before its summary has no counts', () => {
  expect(readCounts('error: out of memory')).toEqual({ passed: 0, failed: 0 })
})
