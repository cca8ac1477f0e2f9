import type { CheckResult } from './check.ts'

const MARKS = { ok: 'ok', warning: 'warn', failure: 'FAIL' } as const
const NAME_WIDTH = 18

/** For people: one line a check, the remedy below it. Pure. */
export const renderReport = (results: readonly CheckResult[]): string => {
  const lines = results.map(({ name, outcome, detail, remedy }) => {
    const line = `${MARKS[outcome].padEnd(5)} ${name.padEnd(NAME_WIDTH)} ${detail}\n`
    return remedy ? `${line}${' '.repeat(NAME_WIDTH + 7)}${remedy}\n` : line
  })
  const count = (outcome: CheckResult['outcome']) => results.filter((result) => result.outcome === outcome).length
  return `${lines.join('')}\n${count('failure')} failed, ${count('warning')} warned, ${count('ok')} fine\n`
}

/** What `doctor` ends with: that of the first failure, so that a script learns what a start would run into. Pure. */
export const exitCodeOf = (results: readonly CheckResult[]): number =>
  results.find(({ outcome }) => outcome === 'failure')?.exitCode ?? 0
