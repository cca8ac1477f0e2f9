import { readFileSync } from 'node:fs'

/** Of the kernel's accounting on every Linux we run on. */
const MS_PER_TICK = 10

/** User and system time of all threads of a process so far, in ms. */
export const cpuMsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

/** Memory of a process with its part of shared pages, in bytes. */
export const pssBytesOf = (pid: number): number => {
  const kibibytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  return Number(kibibytes) * 1_024
}

/** Children of a process. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** Keeps every thread of a process on one processor. */
export const pin = (pid: number, processor: number): void => {
  const { success, stderr } = Bun.spawnSync(['taskset', '-a', '-c', '-p', String(processor), String(pid)])
  if (!success) throw new Error(`taskset: ${stderr}`)
}
