/** A test that failed, with what its runner printed about it. */
export interface TestFailure {
  /** The test file, or the suite when no file was named. */
  file: string
  name: string
  /** The error with its stack, as printed. */
  text: string
}

export interface TestOutput {
  failures: TestFailure[]
  /** Milliseconds that the tests of a file took together, without what it prepares around them. */
  fileMs: Map<string, number>
}

/** Bun names a file on a line of its own before its tests. */
export const FILE_LINE = /^(\S+\.test\.ts):$/
const RESULT_LINE = /^\((pass|fail|skip|todo)\) (.*?)(?: \[([\d.]+)(ms|s)\])?$/
/** What a result says about itself on the lines after it, such as that its time was up. */
const REMARK_LINE = /^ {2}\^ /
/** Below this line Bun repeats what failed. */
const REPETITION_LINE = /^\d+ tests? (failed|skipped|todo):$/
const BETWEEN_TESTS_LINE = /^# Unhandled error between tests$/
const RULE_LINE = /^-{10,}$/
/** Node's runner (TAP): a failure, then a block of YAML. */
const TAP_FAILURE_LINE = /^\s*not ok \d+ - (.*)$/
const TAP_END_LINE = /^\s*\.\.\.$/

/** How far a text was read. */
interface Reading {
  lines: string[]
  at: number
  file: string
  /** Printed since the last result. */
  before: string[]
  last: TestFailure | undefined
  failures: TestFailure[]
  fileMs: Map<string, number>
}

/** Reads which tests failed, and why, from what Bun's or Node's runner printed; `suite` stands for the file where none is named. */
export const readTestOutput = (text: string, suite: string): TestOutput => {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => REPETITION_LINE.test(line))
  const reading: Reading = {
    lines: end === -1 ? lines : lines.slice(0, end),
    at: 0,
    file: suite,
    before: [],
    last: undefined,
    failures: [],
    fileMs: new Map(),
  }
  for (; reading.at < reading.lines.length; reading.at += 1) {
    const line = reading.lines[reading.at] ?? ''
    const known =
      readFile(reading, line) ||
      readResult(reading, line) ||
      readRemark(reading, line) ||
      readBetween(reading, line) ||
      readTap(reading, line)
    if (!known) reading.before.push(line)
  }
  return { failures: reading.failures, fileMs: reading.fileMs }
}

const readFile = (reading: Reading, line: string): boolean => {
  const file = FILE_LINE.exec(line)?.[1]
  if (!file) return false
  Object.assign(reading, { file, before: [], last: undefined })
  return true
}

const readResult = (reading: Reading, line: string): boolean => {
  const [, outcome, name = '', time, unit] = RESULT_LINE.exec(line) ?? []
  if (!outcome) return false
  const ms = Number(time ?? 0) * (unit === 's' ? 1000 : 1)
  reading.fileMs.set(reading.file, (reading.fileMs.get(reading.file) ?? 0) + ms)
  reading.last = outcome === 'fail' ? addFailure(reading, name, reading.before) : undefined
  reading.before = []
  return true
}

const readRemark = ({ last }: Reading, line: string): boolean => {
  if (!last || !REMARK_LINE.test(line)) return false
  last.text = trimmed([last.text, line])
  return true
}

const readBetween = (reading: Reading, line: string): boolean => {
  if (!BETWEEN_TESTS_LINE.test(line)) return false
  const from = reading.at + 2 // below the rule
  reading.at = endOf(reading.lines, from, RULE_LINE)
  addFailure(reading, '(between tests)', reading.lines.slice(from, reading.at))
  return true
}

const readTap = (reading: Reading, line: string): boolean => {
  const name = TAP_FAILURE_LINE.exec(line)?.[1]
  if (!name) return false
  const from = reading.at + 1
  reading.at = endOf(reading.lines, from, TAP_END_LINE)
  addFailure(reading, name, reading.lines.slice(from, reading.at))
  return true
}

const addFailure = (reading: Reading, name: string, lines: readonly string[]): TestFailure => {
  const failure = { file: reading.file, name, text: trimmed(lines) }
  reading.failures.push(failure)
  return failure
}

const endOf = (lines: readonly string[], from: number, mark: RegExp): number => {
  const found = lines.findIndex((line, at) => at >= from && mark.test(line))
  return found === -1 ? lines.length : found
}

const trimmed = (lines: readonly string[]): string => lines.join('\n').replace(/^\s*\n|\s+$/g, '')
