import { readFileSync } from 'node:fs'
import { STAT_FIELDS, statFieldsOf } from './process-stat.ts'

/** A process for certain: pids are reused, a pid together with its start time is not. */
export interface ProcessIdentity {
  pid: number
  /** Opaque; compare for equality only. */
  startTime: string
}

/** When a living process started, as opaque text. Undefined when there is none with this pid or only its zombie. */
export const processStartTime = (pid: number): string | undefined =>
  process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)

/** True while exactly this process lives. */
export const isAlive = (identity: ProcessIdentity): boolean => processStartTime(identity.pid) === identity.startTime

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  startTime: processStartTime(process.pid) ?? '',
})

/** Sends a signal to exactly this process; false when it is gone. */
export const signalProcess = (identity: ProcessIdentity, signal: NodeJS.Signals): boolean => {
  if (!isAlive(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false // it ended between the check and the signal
  }
}

/** Ticks since boot (proc(5), field 22) with the boot they count from. */
const startTimeFromProc = (pid: number): string | undefined => {
  try {
    const fields = statFieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const state = fields[STAT_FIELDS.state]
    if (state === 'Z' || state === 'X') return undefined
    return `${bootId()}:${fields[STAT_FIELDS.startTicks]}`
  } catch {
    return undefined
  }
}

const startTimeFromPs = (pid: number): string | undefined => {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'state=,lstart=', '-p', String(pid)])
  const [state = '', ...start] = stdout.toString().trim().split(/\s+/)
  return start.length === 0 || state.startsWith('Z') ? undefined : start.join(' ')
}

let knownBootId: string | undefined
const bootId = (): string => {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return knownBootId
}
