import type { TestFailure } from './read-test-output.ts'

export interface SuiteResult {
  title: string
  passed: number
  failed: number
  seconds: number
  /** Of the processor, by the suite's processes and those of theirs that ended before it. */
  processorSeconds: number
  failures: TestFailure[]
  fileMs: ReadonlyMap<string, number>
}

const SLOW_FILES_MAX = 12
/** Whoever looks at a CI run sees its last hundred lines: what failed and why must be among them. */
const FAILURE_LINES_MAX = 50
const FAILURE_LINES_MIN = 6
const NAMES_MAX = 25
const LINE_CHARACTERS_MAX = 240

/**
 * The end of a run: the time of each suite and of the slowest files, then each failed test's error, then the names of all that failed. The
 * errors share a number of lines, so that all of it is seen at the end of a log.
 */
export const reportTests = (results: readonly SuiteResult[]): string => {
  const failures = results.flatMap((result) => result.failures)
  return [...timesOf(results), ...errorsOf(failures), ...namesOf(failures)].join('\n')
}

const timesOf = (results: readonly SuiteResult[]): string[] => {
  const width = Math.max(0, ...results.map(({ title }) => title.length))
  const files = results
    .flatMap(({ fileMs }) => [...fileMs])
    .sort(([, one], [, other]) => other - one)
    .slice(0, SLOW_FILES_MAX)
  return [
    '== time of each suite (of the processor)',
    ...results.map(
      ({ title, seconds, processorSeconds, passed, failed }) =>
        `${title.padEnd(width)}  ${inSeconds(seconds)} (${inSeconds(processorSeconds)})  ${passed} passed, ${failed} failed`,
    ),
    '== slowest files',
    ...files.map(([file, ms]) => `${inSeconds(ms / 1000)}  ${file}`),
  ]
}

const errorsOf = (failures: readonly TestFailure[]): string[] => {
  if (failures.length === 0) return []
  const share = Math.max(FAILURE_LINES_MIN, Math.floor(FAILURE_LINES_MAX / failures.length))
  const shown = failures.slice(0, Math.floor(FAILURE_LINES_MAX / FAILURE_LINES_MIN))
  return ['', '== errors', ...shown.flatMap((failure) => [`-- ${nameOf(failure)}`, ...shorten(failure.text, share)])]
}

const namesOf = (failures: readonly TestFailure[]): string[] => {
  if (failures.length === 0) return []
  const more = failures.length > NAMES_MAX ? [`and ${failures.length - NAMES_MAX} more`] : []
  return ['', '== failed', ...failures.slice(0, NAMES_MAX).map(nameOf), ...more]
}

const nameOf = ({ file, name }: TestFailure): string => `${file} > ${name}`.slice(0, LINE_CHARACTERS_MAX)

/** The lines around the error itself: Bun prints the source above it and the stack below it. */
const shorten = (text: string, linesMax: number): string[] => {
  const lines = text.split('\n').map((line) => line.slice(0, LINE_CHARACTERS_MAX))
  if (lines.length <= linesMax) return lines
  const error = lines.findIndex((line) => /^\s*(\S*[Ee]rror\b|error:)/.test(line))
  const from = Math.max(0, Math.min(error === -1 ? lines.length : error - 1, lines.length - linesMax))
  return lines.slice(from, from + linesMax)
}

const inSeconds = (seconds: number): string => `${seconds.toFixed(1).padStart(6)} s`
