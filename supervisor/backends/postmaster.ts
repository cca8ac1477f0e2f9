import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { processStartTime } from '#shared/lifecycle/process-identity.ts'

/** What PostgreSQL writes into postmaster.pid: line 1 the pid, line 8 how far it is. */
export interface PidFile {
  pid: number
  status: string
}

const STATUS_LINE = 7

export const readPidFile = (cluster: string): PidFile | undefined => {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, status: (lines[STATUS_LINE] ?? '').trim() } : undefined
  } catch {
    return undefined
  }
}

/**
 * True when this pid is a PostgreSQL process of this very cluster. The pid alone proves nothing: after a crash, and always in a restarted
 * container, it may belong to anybody. PostgreSQL changes into its data directory, which tells whose it is.
 */
export const belongsToCluster = (pid: number, cluster: string): boolean => {
  if (!processStartTime(pid)) return false
  if (process.platform !== 'linux') return true // no way to look: the caller's probe decides
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === cluster &&
      /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`))
    )
  } catch {
    return false
  }
}

/** All living processes of a cluster, orphaned ones included. Empty where the system does not tell. */
export const clusterProcesses = (cluster: string): number[] => {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && belongsToCluster(pid, cluster))
}
