import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const LINES_SHOWN = 6
const TAIL_BYTES = 4096

/** The end of a log file, for messages. Empty when there is nothing to read. `fromByte` leaves out what was there before. */
export const lastLines = (path: string, options: { fromByte?: number; lines?: number } = {}): string => {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const start = Math.max(options.fromByte ?? 0, size - TAIL_BYTES, 0)
      const bytes = Buffer.alloc(Math.max(size - start, 0))
      readSync(file, bytes, 0, bytes.length, start)
      return bytes
        .toString('utf8')
        .trim()
        .split('\n')
        .slice(-(options.lines ?? LINES_SHOWN))
        .join('\n  ')
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}
