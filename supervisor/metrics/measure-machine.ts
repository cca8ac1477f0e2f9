import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { readMachineMemory } from '../governor/machine-memory.ts'
import type { Measurement } from './alert-policy.ts'

/** Sums over all cores since the start of the machine, in milliseconds. */
export interface CpuTimes {
  busyMs: number
  totalMs: number
}

export const readCpuTimes = (): CpuTimes =>
  cpus().reduce(
    ({ busyMs, totalMs }, { times }) => {
      const total = Object.values(times).reduce((sum, ms) => sum + ms, 0)
      return { busyMs: busyMs + total - times.idle, totalMs: totalMs + total }
    },
    { busyMs: 0, totalMs: 0 },
  )

/** Share of the machine's CPU time that was in use between two readings. */
export const measureCpu = (earlier: CpuTimes, later: CpuTimes): Measurement[] => {
  const totalMs = later.totalMs - earlier.totalMs
  return totalMs > 0 ? [{ alert: 'cpu', value: (later.busyMs - earlier.busyMs) / totalMs, samples: 1 }] : []
}

export const measureMemoryUse = (): Measurement[] => {
  const { totalBytes, freeBytes } = readMachineMemory()
  return totalBytes > 0 ? [{ alert: 'memory', value: 1 - freeBytes / totalBytes, samples: 1 }] : []
}

/**
 * Open descriptors of the fullest gateway as a share of what the system allows it. Each client's connection is one, and so is each one to a worker;
 * at the limit new ones are refused. Nothing on systems without /proc.
 */
export const measureConnections = (gatewayPids: readonly number[]): Measurement[] => {
  const shares = gatewayPids.flatMap((pid) => descriptorShare(pid) ?? [])
  return shares.length > 0 ? [{ alert: 'connections', value: Math.max(...shares), samples: 1 }] : []
}

const descriptorShare = (pid: number): number | undefined => {
  try {
    const open = readdirSync(`/proc/${pid}/fd`).length
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1])
    return limit > 0 ? open / limit : undefined
  } catch {
    return undefined // gone, or no /proc
  }
}
