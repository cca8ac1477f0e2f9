/**
 * How a worker has behaved lately. A new one is trusted.
 *
 *   trusted --enough failures in a row--> ejected --time over, one request is let through--> probing
 *   probing --it fails--> ejected, for longer          probing --no outcome for PROBE_MS_MAX--> probing, with another request
 *   ejected, probing --any answer--> trusted, with the small share of one that has just started
 */
export interface EjectionRecord {
  readonly state: 'trusted' | 'ejected' | 'probing'
  readonly connectFailures: number
  readonly failures: number
  /** Unix milliseconds until which not even a probe is sent. */
  readonly ejectedUntilMs: number
  /** Unix milliseconds at which the probe that is under way was sent. */
  readonly probeAtMs: number
  /** How often in a row it was ejected: each time is longer. */
  readonly timesInARow: number
}

/** `connect`: nobody took the connection. `response`: it broke, or was silent past the limit, before the response. */
export type FailureKind = 'connect' | 'response'

const CONNECT_FAILURES_MAX = 3
const FAILURES_MAX = 5
const EJECTION_MS = 1_000
const EJECTION_MS_MAX = 30_000
/** A probe may be a request whose answer takes minutes. After this time another one is sent, so that it does not hold the worker out. */
const PROBE_MS_MAX = 5_000

export const TRUSTED: EjectionRecord = {
  state: 'trusted',
  connectFailures: 0,
  failures: 0,
  ejectedUntilMs: 0,
  probeAtMs: 0,
  timesInARow: 0,
}

/**
 * The record after a failure that is the worker's own. Enough of them in a row put it out of rotation; the failure of a probe does so
 * again, for longer. Those of requests that were under way when it was ejected, or that went to it in a panic, change nothing: they tell
 * what is known already.
 */
export const afterFailure = (
  record: EjectionRecord,
  { kind, wasProbe, nowMs }: { kind: FailureKind; wasProbe: boolean; nowMs: number },
): EjectionRecord => {
  if (record.state === 'ejected' || (record.state === 'probing' && !wasProbe)) return record
  const connectFailures = kind === 'connect' ? record.connectFailures + 1 : 0
  const failures = record.failures + 1
  if (record.state === 'trusted' && connectFailures < CONNECT_FAILURES_MAX && failures < FAILURES_MAX) {
    return { ...record, connectFailures, failures }
  }
  const timesInARow = record.timesInARow + 1
  const ejectedUntilMs = nowMs + Math.min(EJECTION_MS_MAX, EJECTION_MS * timesInARow)
  return { ...TRUSTED, state: 'ejected', ejectedUntilMs, timesInARow }
}

/** True when one request may go to an ejected worker now, to see whether it is back. */
export const isProbeDue = ({ state, ejectedUntilMs, probeAtMs }: EjectionRecord, nowMs: number): boolean =>
  state === 'ejected' ? nowMs >= ejectedUntilMs : state === 'probing' && nowMs - probeAtMs >= PROBE_MS_MAX

export const withProbe = (record: EjectionRecord, nowMs: number): EjectionRecord => ({
  ...record,
  state: 'probing',
  probeAtMs: nowMs,
})

/**
 * True when ejection is to be ignored because more than half of the workers are out: with that many bad ones the fault is rarely theirs,
 * and those left would drown. One of two may be out; a lone worker never is.
 */
export const isPanic = (records: readonly { readonly record: EjectionRecord }[]): boolean => {
  let out = 0
  for (const { record } of records) if (record.state !== 'trusted') out += 1
  return out * 2 > records.length
}
