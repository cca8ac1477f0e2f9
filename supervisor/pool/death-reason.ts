import type { HangKind } from './hang-policy.ts'

/** What is known when a process ends. */
export interface EndFacts {
  exitCode: number | null
  signal: string | null
  /** Why the supervisor itself killed it, if it did. */
  killReason: string | undefined
  /** Last line that it wrote, as text or as one JSON log line. */
  lastLine: string
}

const REASON_CHARACTERS_MAX = 300

/** One sentence about the cause of an end. */
export const deathReason = (facts: EndFacts): string => {
  if (facts.killReason) return facts.killReason
  if (facts.signal === 'SIGKILL') return 'killed by SIGKILL, by somebody or by the kernel for lack of memory'
  if (facts.signal) return `ended by ${facts.signal}`
  if (facts.exitCode === null) return 'ended; an earlier supervisor had started it, so nobody can tell how'
  if (facts.exitCode === 0) return 'ended although nobody had asked it to'
  const words = readLogLine(facts.lastLine).slice(0, REASON_CHARACTERS_MAX)
  return words === '' ? `exit code ${facts.exitCode}` : words
}

const HANG_WORDS: Record<HangKind, string> = {
  busy: 'busy loop: its main thread computes without a pause',
  stopped: 'stopped: by SIGSTOP or by a debugger',
  disk: 'blocked on disk: its main thread waits for input or output',
  asleep: 'asleep: its main thread waits for something that does not come, such as a lock',
  unknown: 'its event loop stands still',
}
const HANG_START = 'no heartbeat for '
const MEMORY_START = 'memory above the hard limit of '
const NOT_READY_START = 'not ready within '
const NOT_STOPPED = /^did not stop within |but did not stop in time$/

/** Why a process that gave no sign of life was ended. */
export const hangReason = (kind: HangKind, silenceMs: number): string =>
  `${HANG_START}${silenceMs} ms, ${HANG_WORDS[kind]}`

/** Why a process that took too much memory was ended. */
export const memoryReason = (limitMb: number): string => `${MEMORY_START}${limitMb} MB`

/** Why a process that did not come up was ended. */
export const notReadyReason = (msMax: number): string => `${NOT_READY_START}${msMax} ms`

/** Few enough to be a label of a metric. */
export type DeathClass = 'hang' | 'memory' | 'start' | 'stop' | 'signal' | 'exit' | 'unknown'

/** The class of a death by the facts that are written down about it. Pure. */
export const classifyDeath = (death: {
  exitCode: number | null
  signal: string | null
  reason: string
}): DeathClass => {
  if (death.reason.startsWith(HANG_START)) return 'hang'
  if (death.reason.startsWith(MEMORY_START)) return 'memory'
  if (death.reason.startsWith(NOT_READY_START)) return 'start'
  if (NOT_STOPPED.test(death.reason)) return 'stop'
  if (death.signal !== null) return 'signal'
  return death.exitCode === null ? 'unknown' : 'exit'
}

const readLogLine = (line: string): string => {
  try {
    const { err, msg } = JSON.parse(line) as { err?: { message?: string }; msg?: string }
    return [msg, err?.message].filter(Boolean).join(': ')
  } catch {
    return line.trim()
  }
}
