import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Shown only when named: every request and every statement of theirs would drown what the programs say. */
const ONLY_WHEN_NAMED = new Set(['access', 'postgres'])
/** How far back into a file a tail looks. */
const TAIL_BYTES_MAX = 1_048_576

export interface LogFile {
  /** File name without `.log`. */
  source: string
  path: string
}

/** Log files of a data directory; all usual ones when no names are given. Empty when there are none. */
export const listLogFiles = (directory: string, names: readonly string[]): LogFile[] =>
  readNames(directory)
    .filter((file) => file.endsWith('.log'))
    .map((file) => ({ source: file.slice(0, -'.log'.length), path: join(directory, file) }))
    .filter(({ source }) => (names.length > 0 ? names.includes(source) : !ONLY_WHEN_NAMED.has(source)))

/** The last lines of a file, oldest first, and the offset behind them. */
export const readTail = (path: string, linesMax: number): { lines: string[]; offset: number } => {
  const { size } = statSync(path)
  const start = Math.max(0, size - TAIL_BYTES_MAX)
  const { lines, offset } = readLines(path, start)
  const whole = start > 0 ? lines.slice(1) : lines // the first one is cut
  return { lines: linesMax > 0 ? whole.slice(-linesMax) : [], offset }
}

/** The complete lines behind an offset, and the offset behind them. A file that became shorter is read from its start. */
export const readLines = (path: string, from: number): { lines: string[]; offset: number } => {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const start = size < from ? 0 : from
    const bytes = Buffer.alloc(Math.min(size - start, 4 * TAIL_BYTES_MAX))
    const count = readSync(file, bytes, 0, bytes.length, start)
    const end = bytes.subarray(0, count).lastIndexOf(0x0a) + 1
    const text = bytes.subarray(0, end).toString('utf8')
    return { lines: text.split('\n').filter((line) => line.trim() !== ''), offset: start + end }
  } finally {
    closeSync(file)
  }
}

const readNames = (directory: string): string[] => {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}
