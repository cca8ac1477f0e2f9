import type { TestFailure } from './read-test-output.ts'
import type { SuiteResult } from './report-tests.ts'

/** More failing files than these are no accident of a busy machine. */
const FILES_MAX = 4
/** What proves that nothing is lost has to hold the first time. */
const NEVER = /crash|chaos|kill|death|rounds|unbroken|doomed|durab|exactly-once/

/**
 * The test files that are run once more, alone, since they failed beside others: none when a suite failed as a whole, or when there are many.
 */
export const filesForSecondChance = (results: readonly SuiteResult[]): string[] => {
  const files = [...new Set(results.flatMap(({ failures }) => failures.map(({ file }) => file)))]
  const isAccident = files.length <= FILES_MAX && files.every((file) => file.endsWith('.test.ts') && !NEVER.test(file))
  return isAccident ? files : []
}

/** The results after the second run of some files, and what failed in the first run alone. A file that failed again keeps its first failures. */
export const afterSecondChance = (
  results: readonly SuiteResult[],
  again: readonly { file: string; passed: boolean }[],
): { results: SuiteResult[]; forgiven: TestFailure[] } => {
  const forgivenFiles = new Set(again.flatMap(({ file, passed }) => (passed ? [file] : [])))
  const forgiven = results.flatMap(({ failures }) => failures.filter(({ file }) => forgivenFiles.has(file)))
  return {
    forgiven,
    results: results.map((result) => {
      const failures = result.failures.filter(({ file }) => !forgivenFiles.has(file))
      const count = result.failures.length - failures.length
      return { ...result, failures, passed: result.passed + count, failed: result.failed - count }
    }),
  }
}
