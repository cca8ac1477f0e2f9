import { expect, test } from 'bun:test'
import { failure, ok, warning } from './check.ts'
import { exitCodeOf, renderReport } from './render-report.ts'

const results = [
  ok('versions', 'fine'),
  warning('deaths', '2 since its start', 'Look.'),
  failure('port', { detail: 'taken', remedy: 'Choose another.', exitCode: 75 }),
  failure('database', { detail: 'away', remedy: 'Start it.', exitCode: 69 }),
]

test('every check has its line, every problem its remedy, and the sums are right', () => {
  const text = renderReport(results)
  for (const part of [
    'ok    versions',
    'warn  deaths',
    'Look.',
    'FAIL  port',
    'Choose another.',
    '2 failed, 1 warned, 1 fine',
  ]) {
    expect(text).toContain(part)
  }
})

test('the exit code is that of the first failure, and 0 for warnings', () => {
  expect(exitCodeOf(results)).toBe(75)
  expect(exitCodeOf(results.slice(0, 2))).toBe(0)
})
