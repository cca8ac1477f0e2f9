import type { JournalEvent } from '#shared/journal/journal.ts'
import type { RunCompleted, RunEvent, RunFailed, RunStarted } from '../engine/run-events.ts'

/** Kind of our runs in the journal. */
export const RUN_KIND = 'workflow'

/** A flow's event as the journal takes it: the same object, which has a `type` and holds plain JSON. */
export const toJournalEvent = (event: RunEvent): JournalEvent => ({ ...event })

/** A flow's event as it comes back. Runs of our kind hold nothing else: this service is the only writer of the kind. */
export const toRunEvent = (event: JournalEvent): RunEvent => event as unknown as RunEvent

/** The first event of a run tells what was asked for; the others are what happened. Undefined when the first one is missing. */
export const splitEvents = (events: readonly JournalEvent[]): { start: RunStarted; past: RunEvent[] } | undefined => {
  const [start, ...past] = events.map(toRunEvent)
  return start?.type === 'run-started' ? { start, past } : undefined
}

/** True for the two events after which nothing follows. */
export const isFinal = (event: RunEvent): event is RunCompleted | RunFailed =>
  event.type === 'run-completed' || event.type === 'run-failed'
