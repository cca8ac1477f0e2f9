import type { Occurrences } from './parse-cron.ts'

/** An occurrence that nobody handled for so long was missed: the misfire rule says what becomes of it. Sooner ones just come late. */
export const LATE_MS_MAX = 60_000
/** Occurrences that one schedule begins in one turn; the rest follows in the next. */
export const FIRES_PER_TURN_MAX = 60
/** After so many missed occurrences, nobody counts on. */
export const MISSED_COUNTED_MAX = 1_000

export interface PlannedFire {
  fireAt: Date
  state: 'pending' | 'skipped'
  /** How many occurrences a skipped one stands for, at least. */
  missed: number
}

export interface Turn {
  fires: PlannedFire[]
  /** The first occurrence that is left for later; undefined when there is none. */
  next: Date | undefined
}

/**
 * What becomes of the occurrences from `next` to `now`: each of the last minute runs; older ones are skipped as one, or with `run-once` the last
 * of them runs for all.
 */
export const planTurn = (
  occurrences: Occurrences,
  facts: { next: Date; now: Date; misfire: 'skip' | 'run-once' },
): Turn => {
  const { now, misfire } = facts
  const missedBefore = new Date(now.getTime() - LATE_MS_MAX)
  const missed: Date[] = []
  let next: Date | undefined = facts.next
  while (next && next < missedBefore) {
    missed.push(next)
    next = occurrences.after(missed.length < MISSED_COUNTED_MAX ? next : missedBefore)
  }
  const onTime: Date[] = []
  while (next && next <= now && onTime.length < FIRES_PER_TURN_MAX) {
    onTime.push(next)
    next = occurrences.after(next)
  }
  return { fires: [...missedFires(missed, misfire), ...onTime.map(pendingAt)], next }
}

const pendingAt = (fireAt: Date): PlannedFire => ({ fireAt, state: 'pending', missed: 0 })

const missedFires = (missed: readonly Date[], misfire: 'skip' | 'run-once'): PlannedFire[] => {
  const skipped = misfire === 'skip' ? missed : missed.slice(0, -1)
  const run = misfire === 'skip' ? undefined : missed.at(-1)
  const [first] = skipped
  return [
    ...(first ? [{ fireAt: first, state: 'skipped' as const, missed: skipped.length }] : []),
    ...(run ? [pendingAt(run)] : []),
  ]
}
