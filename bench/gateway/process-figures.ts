import { readFileSync } from 'node:fs'
import { readProcessActivity } from '../../supervisor/pool/process-activity.ts'

/** User and system time of all threads of a process so far, in ms. */
export const cpuMsOf = (pid: number): number => {
  const activity = readProcessActivity(pid)
  if (!activity) throw new Error(`process ${pid} is gone, or there is no /proc`)
  return activity.cpuMs
}

/** Children of a process. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** Keeps every thread of a process on one processor. */
export const pin = (pid: number, processor: number): void => {
  const { success, stderr } = Bun.spawnSync(['taskset', '-a', '-c', '-p', String(processor), String(pid)])
  if (!success) throw new Error(`taskset: ${stderr}`)
}
