import { expect, test } from 'bun:test'
import type { SuiteResult } from './report-tests.ts'
import { afterSecondChance, filesForSecondChance } from './second-chance.ts'

const suite = (...files: string[]): SuiteResult => ({
  title: 'a suite',
  passed: 3,
  failed: files.length,
  seconds: 1,
  processorSeconds: 1,
  failures: files.map((file) => ({ file, name: 'it holds', text: 'error' })),
  fileMs: new Map(),
})

test('few files that failed are run again, many and whole suites are not', () => {
  expect(filesForSecondChance([suite('a.test.ts', 'a.test.ts'), suite('b.test.ts')])).toEqual([
    'a.test.ts',
    'b.test.ts',
  ])
  expect(filesForSecondChance([suite(...['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.test.ts`))])).toEqual([])
  expect(filesForSecondChance([suite('a.test.ts', 'types')])).toEqual([])
})

test('what proves that nothing is lost has no second chance', () => {
  expect(filesForSecondChance([suite('supervisor/test/crashes.e2e.test.ts')])).toEqual([])
  expect(filesForSecondChance([suite('services/knowledge/test/chaos/kill-rounds.integration.test.ts')])).toEqual([])
})

test('a file that passed alone counts as passed and is told; one that failed again stays failed', () => {
  const { results, forgiven } = afterSecondChance(
    [suite('a.test.ts', 'b.test.ts')],
    [
      { file: 'a.test.ts', passed: true },
      { file: 'b.test.ts', passed: false },
    ],
  )
  expect(forgiven.map(({ file }) => file)).toEqual(['a.test.ts'])
  expect(results[0]).toMatchObject({ passed: 4, failed: 1, failures: [{ file: 'b.test.ts' }] })
})
