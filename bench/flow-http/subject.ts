import { readProcessActivity } from '../../supervisor/pool/process-activity.ts'

/** A server under load. */
export interface Subject {
  name: string
  url: string
  /** Its processes at the moment, by what they are for. */
  parts(): Promise<Record<string, number[]>>
  stop(): Promise<void>
}

/** Processor time so far by process, in ms; those that are gone are left out. */
export type CpuReading = ReadonlyMap<number, number>

export const readCpu = async (subject: Subject): Promise<CpuReading> => {
  const pids = Object.values(await subject.parts()).flat()
  return new Map(pids.flatMap((pid) => toEntry(pid, readProcessActivity(pid)?.cpuMs)))
}

const toEntry = (pid: number, ms: number | undefined): [number, number][] => (ms === undefined ? [] : [[pid, ms]])

/** What each part used since a reading, in ms. A process that is new since then counts from its start. */
export const cpuSince = async (subject: Subject, before: CpuReading): Promise<Record<string, number>> => {
  const now = await readCpu(subject)
  const used = (pid: number) => (now.get(pid) ?? before.get(pid) ?? 0) - (before.get(pid) ?? 0)
  return Object.fromEntries(
    Object.entries(await subject.parts()).map(([part, pids]) => [part, pids.reduce((sum, pid) => sum + used(pid), 0)]),
  )
}
