import { expect, test } from 'bun:test'
import { readTestOutput } from './read-test-output.ts'

const bunOutput = `bun test v1

a/one.test.ts:
(pass) it holds [1.50ms]
noise of the program
12 |   expect(1).toBe(2)
error: expect(received).toBe(expected)
      at <anonymous> (a/one.test.ts:12:3)
(fail) group > it breaks [2.00s]
(skip) left out

b/two.test.ts:
(fail) it hangs [60000.10ms]
  ^ this test timed out after 60000ms.
(pass) it goes on

# Unhandled error between tests
-------------------------------
error: nobody caught me
-------------------------------

2 tests failed:
(fail) group > it breaks [2.00s]
(fail) it hangs [60000.10ms]

 2 pass
 2 fail
`

test("a failure of Bun's runner has its file, its name and its error, and is told once", () => {
  const { failures } = readTestOutput(bunOutput, 'suite')
  expect(failures.map(({ file, name }) => [file, name])).toEqual([
    ['a/one.test.ts', 'group > it breaks'],
    ['b/two.test.ts', 'it hangs'],
    ['b/two.test.ts', '(between tests)'],
  ])
  expect(failures[0]?.text).toContain('error: expect(received).toBe(expected)')
  expect(failures[1]?.text).toBe('  ^ this test timed out after 60000ms.')
  expect(failures[2]?.text).toBe('error: nobody caught me')
})

test("a file's time is the sum of its tests", () => {
  expect([...readTestOutput(bunOutput, 'suite').fileMs]).toEqual([
    ['a/one.test.ts', 2001.5],
    ['b/two.test.ts', 60_000.1],
  ])
})

test("a failure of Node's runner has the suite's name and what its block tells", () => {
  const text =
    "TAP version 13\nok 1 - fine\n  ---\n  ...\nnot ok 2 - broken\n  ---\n  error: 'no'\n  ...\n# pass 1\n# fail 1\n"
  expect(readTestOutput(text, 'client').failures).toEqual([
    { file: 'client', name: 'broken', text: "  ---\n  error: 'no'" },
  ])
})

test('an output without results has no failures', () => {
  expect(readTestOutput('Segmentation fault', 'suite')).toEqual({ failures: [], fileMs: new Map() })
})
