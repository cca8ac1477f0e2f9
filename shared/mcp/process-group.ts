import { readdir, readFile } from 'node:fs/promises'
import { PAGE_BYTES, STAT_FIELDS, statFieldsOf } from '#shared/lifecycle/process-stat.ts'

/** Where `statFieldsOf` has the session (proc(5), field 6). */
const SESSION_FIELD = 3

export interface ProcessFacts {
  pid: number
  parentPid: number
  session: number
  residentBytes: number
  /** When it started: a pid alone may come to name another process. */
  startTicks: number
}

export interface GroupUsage {
  pids: number[]
  members: ProcessFacts[]
  residentBytes: number
}

/**
 * All processes of the session that `leader` heads, and all descendants of those that left it. Pure.
 * @returns pids with the leader first
 */
export const usageOf = (leader: number, processes: readonly ProcessFacts[]): GroupUsage => {
  const members = new Set<number>([leader])
  for (let grew = true; grew; ) {
    const before = members.size
    for (const { pid, parentPid, session } of processes)
      if (session === leader || members.has(parentPid)) members.add(pid)
    grew = members.size > before
  }
  const found = processes.filter(({ pid }) => members.has(pid))
  return {
    pids: [...members],
    members: found,
    residentBytes: found.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  }
}

/** Every process that the kernel shows. Empty where there is no /proc. */
export const readProcesses = async (): Promise<ProcessFacts[]> => {
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))
  return found.filter((process) => process !== undefined)
}

const readProcess = async (name: string): Promise<ProcessFacts | undefined> => {
  // It may have ended since it was listed.
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  const fields = statFieldsOf(stat)
  return {
    pid: Number(name),
    parentPid: Number(fields[STAT_FIELDS.parentPid]),
    session: Number(fields[SESSION_FIELD]),
    startTicks: Number(fields[STAT_FIELDS.startTicks]),
    residentBytes: Number(fields[STAT_FIELDS.residentPages]) * PAGE_BYTES,
  }
}

/**
 * Kills a process group and whatever its members started outside of it.
 * @param remembered members that were seen earlier: those that left the group are found by nothing else once their parent is gone
 */
export const killGroup = async (
  leader: number,
  signal: 'SIGTERM' | 'SIGKILL',
  remembered: readonly ProcessFacts[] = [],
): Promise<void> => {
  const processes = await readProcesses()
  const starts = new Map(processes.map(({ pid, startTicks }) => [pid, startTicks]))
  const strays = remembered.filter(({ pid, startTicks }) => starts.get(pid) === startTicks).map(({ pid }) => pid)
  const { pids } = usageOf(leader, processes)
  for (const target of new Set([-leader, ...pids, ...strays])) {
    if (target === leader) continue
    try {
      process.kill(target, signal)
    } catch {
      // Already gone.
    }
  }
}
