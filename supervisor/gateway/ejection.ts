/** How a worker has behaved lately. A new one has a clean record. */
export interface EjectionRecord {
  connectFailures: number
  failures: number
  /** Unix milliseconds until which the worker gets nothing; 0 when it never was ejected or has answered since. */
  ejectedUntilMs: number
  /** How often in a row it was ejected: each time is longer. */
  timesInARow: number
}

export type FailureKind = 'connect' | 'response'

const CONNECT_FAILURES_MAX = 3
const FAILURES_MAX = 5
const EJECTION_MS = 1_000
const EJECTION_MS_MAX = 30_000

export const cleanRecord = (): EjectionRecord => ({
  connectFailures: 0,
  failures: 0,
  ejectedUntilMs: 0,
  timesInARow: 0,
})

/**
 * The record after a failure that is the worker's own: no connection, or a connection that broke before the response. Enough of them in a
 * row put it out of rotation. Afterwards it is on probation: the first failure ejects it again, for longer.
 */
export const afterFailure = (record: EjectionRecord, kind: FailureKind, nowMs: number): EjectionRecord => {
  const connectFailures = kind === 'connect' ? record.connectFailures + 1 : 0
  const failures = record.failures + 1
  const onProbation = record.timesInARow > 0 && nowMs >= record.ejectedUntilMs
  if (!onProbation && connectFailures < CONNECT_FAILURES_MAX && failures < FAILURES_MAX) {
    return { ...record, connectFailures, failures }
  }
  const timesInARow = record.timesInARow + 1
  const ejectedUntilMs = nowMs + Math.min(EJECTION_MS_MAX, EJECTION_MS * timesInARow)
  return { connectFailures: 0, failures: 0, ejectedUntilMs, timesInARow }
}

/** Workers that may be sent to. Never more than half are left out; with that many bad ones the fault is rarely theirs. */
export const withoutEjected = <Worker extends { record: EjectionRecord }>(
  workers: readonly Worker[],
  nowMs: number,
): readonly Worker[] => {
  if (workers.every(({ record }) => record.ejectedUntilMs <= nowMs)) return workers
  const ejectedMax = Math.floor(workers.length / 2)
  const longestFirst = workers
    .filter(({ record }) => record.ejectedUntilMs > nowMs)
    .sort((a, b) => b.record.ejectedUntilMs - a.record.ejectedUntilMs)
  const leftOut = new Set(longestFirst.slice(0, ejectedMax))
  return workers.filter((worker) => !leftOut.has(worker))
}
