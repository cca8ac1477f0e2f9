import { readFileSync } from 'node:fs'
import { PAGE_BYTES, STAT_FIELDS, statFieldsOf } from '#shared/lifecycle/process-stat.ts'

/** What the kernel says of a process at one moment. */
export interface ProcessActivity {
  /** Of the main thread: R runs, S sleeps, D waits for a disk, T was stopped by a signal, t by a debugger (proc(5)). */
  state: string
  /** CPU time of the main thread, on which its JavaScript runs, in milliseconds. */
  mainCpuMs: number
  /** CPU time of all its threads, in milliseconds. */
  cpuMs: number
  rssBytes: number
}

/** Linux counts CPU time in hundredths of a second on every architecture that Bun runs on. */
const TICK_MS = 10

/** Undefined when the process is gone, and on systems without /proc. */
export const readProcessActivity = (pid: number): ProcessActivity | undefined => {
  const whole = readStat(`/proc/${pid}/stat`)
  const main = readStat(`/proc/${pid}/task/${pid}/stat`)
  if (!whole || !main) return undefined
  return {
    state: main[STAT_FIELDS.state] ?? '',
    mainCpuMs: cpuMsOf(main),
    cpuMs: cpuMsOf(whole),
    rssBytes: Number(whole[STAT_FIELDS.residentPages]) * PAGE_BYTES,
  }
}

const cpuMsOf = (fields: readonly string[]): number =>
  (Number(fields[STAT_FIELDS.userTicks]) + Number(fields[STAT_FIELDS.systemTicks])) * TICK_MS

const readStat = (path: string): string[] | undefined => {
  try {
    return statFieldsOf(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
