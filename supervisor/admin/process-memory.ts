import { readdir, readFile } from 'node:fs/promises'
import { PAGE_BYTES, STAT_FIELDS, statFieldsOf } from '#shared/lifecycle/process-stat.ts'

/**
 * Memory of processes and all their descendants, in bytes: the sum of their proportional set sizes, in which a page that n processes share
 * counts 1/n in each. Where the kernel has no PSS (macOS), or does not show it, resident memory is counted instead.
 */
export const measureMemory = async (roots: readonly number[]): Promise<number> => {
  const processes = await listProcesses()
  const wanted = withDescendants(roots, processes)
  const sizes = await Promise.all(
    processes.filter(({ pid }) => wanted.has(pid)).map(async (entry) => (await readPss(entry.pid)) ?? entry.rssBytes),
  )
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

export interface ProcessEntry {
  pid: number
  parentPid: number
  rssBytes: number
}

/** The roots themselves and everyone below them. Pure. */
export const withDescendants = (roots: readonly number[], processes: readonly ProcessEntry[]): Set<number> => {
  const children = Map.groupBy(processes, ({ parentPid }) => parentPid)
  const found = new Set<number>()
  const open = [...roots]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (found.has(pid)) continue
    found.add(pid)
    for (const child of children.get(pid) ?? []) open.push(child.pid)
  }
  return found
}

const listProcesses = async (): Promise<ProcessEntry[]> => {
  const names = await readdir('/proc').catch(() => undefined)
  if (!names) return listByPs()
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readStat))
  return entries.filter((entry) => entry !== undefined)
}

const readStat = async (name: string): Promise<ProcessEntry | undefined> => {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const fields = statFieldsOf(text)
  const rssBytes = Number(fields[STAT_FIELDS.residentPages]) * PAGE_BYTES
  return { pid: Number(name), parentPid: Number(fields[STAT_FIELDS.parentPid]), rssBytes }
}

/** Proportional set size of one process in bytes; undefined where the kernel does not tell. */
export const readPss = async (pid: number): Promise<number | undefined> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
}

const listByPs = async (): Promise<ProcessEntry[]> => {
  const child = Bun.spawn(['ps', '-axo', 'pid=,ppid=,rss='], { stdout: 'pipe', stderr: 'ignore', stdin: 'ignore' })
  const text = await new Response(child.stdout).text()
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parentPid = 0, kilobytes = 0]) => ({ pid, parentPid, rssBytes: kilobytes * 1_024 }))
}
