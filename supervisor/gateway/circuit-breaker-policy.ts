import type { AttemptCounts } from './failure-window.ts'

/**
 * Whether a service gets requests at all.
 *
 *   closed --most attempts fail, for longer than the supervisor needs to take a dead worker out--> open
 *   open --time over, or other workers came--> half-open --TRIALS good ones--> closed
 *   half-open --a trial fails--> open, for longer
 *   any --no worker is left--> closed: requests wait for the next one in the queue
 *
 * Only attempts that got no response count as failures, whatever a response says: a service that answers 500 is there.
 */
export type Circuit =
  | { readonly state: 'closed' }
  | { readonly state: 'open'; readonly untilMs: number; readonly timesInARow: number }
  | {
      readonly state: 'half-open'
      readonly running: number
      readonly good: number
      readonly lastTrialAtMs: number
      readonly timesInARow: number
    }

export const CLOSED: Circuit = { state: 'closed' }

/** Fewer attempts than this prove nothing. */
const ATTEMPTS_MIN = 20
const FAILED_SHARE_MAX = 0.5
/** Whole seconds before an attempt counts: within them the supervisor takes a worker that died or hangs out of the routes, and its attempts with it. */
export const RIPE_SECONDS = 2
const OPEN_MS = 2_000
const OPEN_MS_MAX = 30_000
/** Trials at once, and how many good ones close the circuit. */
const TRIALS = 3
/** A trial may be a request whose answer takes minutes; after this time without an outcome another one is let through. */
const TRIAL_MS_MAX = 5_000

/**
 * After a failure, with what the present workers' attempts came to: `ripe` those older than RIPE_SECONDS, `all` of the window. Both must be
 * bad: the ripe ones alone would open it on a service that has just recovered, the young ones on one whose worker has just died.
 */
export const afterFailure = (
  circuit: Circuit,
  { ripe, all, nowMs }: { ripe: AttemptCounts; all: AttemptCounts; nowMs: number },
): Circuit => {
  if (circuit.state !== 'closed' || ripe.attempts < ATTEMPTS_MIN || !isBad(ripe) || !isBad(all)) return circuit
  return open(1, nowMs)
}

/** The circuit with one more request let through, or undefined when it is to be refused. */
export const admit = (circuit: Circuit, nowMs: number): Circuit | undefined => {
  if (circuit.state === 'closed') return circuit
  if (circuit.state === 'open') {
    if (nowMs < circuit.untilMs) return undefined
    return { state: 'half-open', running: 1, good: 0, lastTrialAtMs: nowMs, timesInARow: circuit.timesInARow }
  }
  const isFull = circuit.running + circuit.good >= TRIALS
  if (isFull && nowMs - circuit.lastTrialAtMs < TRIAL_MS_MAX) return undefined
  return { ...circuit, running: isFull ? circuit.running : circuit.running + 1, lastTrialAtMs: nowMs }
}

export const afterTrial = (circuit: Circuit, isGood: boolean, nowMs: number): Circuit => {
  if (circuit.state !== 'half-open') return circuit
  if (!isGood) return open(circuit.timesInARow + 1, nowMs)
  const good = circuit.good + 1
  return good >= TRIALS ? CLOSED : { ...circuit, good, running: Math.max(0, circuit.running - 1) }
}

/** After a change of the service's workers: new ones deserve a trial at once, and without any there is nothing to protect. */
export const afterWorkersChanged = (circuit: Circuit, facts: { workers: number; hasNew: boolean }): Circuit => {
  if (facts.workers === 0) return CLOSED
  if (circuit.state !== 'open' || !facts.hasNew) return circuit
  return { state: 'half-open', running: 0, good: 0, lastTrialAtMs: 0, timesInARow: circuit.timesInARow }
}

/** How long a refused caller should stay away. */
export const refusedForMs = (circuit: Circuit, nowMs: number): number =>
  circuit.state === 'open' ? Math.max(0, circuit.untilMs - nowMs) : 0

const open = (timesInARow: number, nowMs: number): Circuit => ({
  state: 'open',
  timesInARow,
  untilMs: nowMs + Math.min(OPEN_MS_MAX, OPEN_MS * timesInARow),
})

const isBad = ({ attempts, failures }: AttemptCounts): boolean => failures > attempts * FAILED_SHARE_MAX
