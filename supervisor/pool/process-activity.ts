import { readFileSync } from 'node:fs'

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

/** Linux counts CPU time in hundredths of a second on every architecture that Bun runs on, and pages of 4 kB on those that we build for. */
const TICK_MS = 10
const PAGE_BYTES = 4_096
/** Fields are counted after the command's closing bracket, since the command may itself hold spaces and brackets. */
const FIELDS = { state: 0, userTicks: 11, systemTicks: 12, residentPages: 21 }

/** Undefined when the process is gone, and on systems without /proc. */
export const readProcessActivity = (pid: number): ProcessActivity | undefined => {
  const whole = readStat(`/proc/${pid}/stat`)
  const main = readStat(`/proc/${pid}/task/${pid}/stat`)
  if (!whole || !main) return undefined
  return {
    state: main[FIELDS.state] ?? '',
    mainCpuMs: cpuMsOf(main),
    cpuMs: cpuMsOf(whole),
    rssBytes: Number(whole[FIELDS.residentPages]) * PAGE_BYTES,
  }
}

const cpuMsOf = (fields: readonly string[]): number =>
  (Number(fields[FIELDS.userTicks]) + Number(fields[FIELDS.systemTicks])) * TICK_MS

const readStat = (path: string): string[] | undefined => {
  try {
    const text = readFileSync(path, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
