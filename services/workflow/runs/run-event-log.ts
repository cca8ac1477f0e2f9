import type { JournalEvent } from '#shared/journal/journal.ts'
import type { RunCancelled, RunCompleted, RunEvent, RunFailed, RunStarted } from '../engine/run-events.ts'

/** Kind of our runs in the journal. */
export const RUN_KIND = 'workflow'

/** What an event says and when it was emitted (Unix milliseconds with microseconds); pieces of texts, which come in numbers, carry no time. */
export type TimedEvent = RunEvent & { at?: number }

const MICROSECONDS = 1_000

/** A flow's event as the journal takes it: the same object, which has a `type` and holds plain JSON, with its time. */
export const toJournalEvent = (event: RunEvent): JournalEvent =>
  event.type === 'node-delta' || event.type === 'model-delta' ? { ...event } : { ...event, at: unixNow() }

const unixNow = (): number => Math.round((performance.timeOrigin + performance.now()) * MICROSECONDS) / MICROSECONDS

/** A flow's event as it comes back. Runs of our kind hold nothing else: this service is the only writer of the kind. */
export const toRunEvent = (event: JournalEvent): TimedEvent => event as unknown as TimedEvent

/** The first event of a run tells what was asked for; the others are what happened. Undefined when the first one is missing. */
export const splitEvents = (events: readonly JournalEvent[]): { start: RunStarted; past: RunEvent[] } | undefined => {
  const [start, ...past] = events.map(toRunEvent)
  return start?.type === 'run-started' ? { start, past } : undefined
}

/** True for the events after which nothing follows. */
export const isFinal = (event: RunEvent): event is RunCompleted | RunFailed | RunCancelled =>
  event.type === 'run-completed' || event.type === 'run-failed' || event.type === 'run-cancelled'

/** The state that a run's last event puts it in. */
export const finalState = (last: RunEvent): 'completed' | 'failed' | 'cancelled' => {
  if (last.type === 'run-failed') return 'failed'
  return last.type === 'run-cancelled' ? 'cancelled' : 'completed'
}
