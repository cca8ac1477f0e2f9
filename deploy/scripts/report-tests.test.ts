import { expect, test } from 'bun:test'
import { reportTests, type SuiteResult } from './report-tests.ts'

const LAST_LINES_SEEN = 97 // a hundred, less what the runner prints after the report

const suite = (failures: SuiteResult['failures']): SuiteResult => ({
  title: 'a suite',
  passed: 3,
  failed: failures.length,
  seconds: 12.34,
  processorSeconds: 5,
  failures,
  fileMs: new Map([['a.test.ts', 1500]]),
})

const failure = (number: number) => ({
  file: 'a.test.ts',
  name: `test ${number}`,
  text: [...Array.from({ length: 40 }, (_, at) => `${at} | source`), 'error: it broke', '  at a.test.ts:1'].join('\n'),
})

test('each suite and the slowest files are told with their times', () => {
  const text = reportTests([suite([])])
  expect(text).toContain('a suite    12.3 s (   5.0 s)  3 passed, 0 failed')
  expect(text).toContain('1.5 s  a.test.ts')
  expect(text).not.toContain('== failed')
})

test.each([1, 5, 20, 200])('the names and errors of %d failures are within the last lines of a log', (count) => {
  const lines = reportTests([suite(Array.from({ length: count }, (_, number) => failure(number)))]).split('\n')
  const seen = lines.slice(-LAST_LINES_SEEN)
  expect(seen).toContain('== errors')
  expect(seen).toContain('== failed')
  expect(seen.filter((line) => line === 'error: it broke').length).toBeGreaterThan(0)
  expect(seen.filter((line) => line.startsWith('a.test.ts > test ')).length).toBe(Math.min(count, 25))
})
