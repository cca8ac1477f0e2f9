import { waitOutOutage } from './database-outage.ts'
import { RunNotFoundError } from './errors.ts'
import type { Journal, SequencedEvent } from './journal.ts'
import { isFinal } from './run-rows.ts'
import { openRunTail } from './run-tail.ts'

/** Runs of other processes are asked for after this time, and less often while nothing happens. */
const POLL_MS_MIN = 20
const POLL_MS_MAX = 500

export interface FollowOptions {
  /**
   * True (default): an event is seen once it is on disk, so that its number may be promised to a client. False: events of runs that this
   * process owns are seen at once; one that was not stored yet may be replaced by another of the same number if the process dies.
   */
  durableOnly?: boolean
}

/**
 * The events of a run above `afterSequence` (-1: all), in order, none missing and none twice, until the run is final or the signal aborts
 * (then it simply ends). Live while this process owns the run, by polling otherwise; goes on when the run moves. Waits out outages of the
 * database. Throws RunNotFoundError for an unknown run.
 */
// biome-ignore lint/complexity/useMaxParams: reads as a sentence: follow the run in this journal, after this event, until this signal
export async function* followRun(
  journal: Journal,
  runId: string,
  afterSequence: number,
  signal: AbortSignal,
  options: FollowOptions = {},
): AsyncGenerator<SequencedEvent, void, undefined> {
  const durableOnly = options.durableOnly ?? true
  let last = afterSequence
  let pollMs = POLL_MS_MIN
  while (!signal.aborted) {
    using tail = openRunTail(journal, runId, durableOnly)
    const look = await lookAt({ journal, runId, last, signal })
    for (const event of look.events) {
      yield event
      last = event.sequence
    }
    if (look.final) return
    if (look.owned) {
      for (let event = await tail.next(signal, last); event; event = await tail.next(signal, last)) {
        yield event
        last = event.sequence
      }
    } else {
      pollMs = look.events.length > 0 ? POLL_MS_MIN : Math.min(pollMs * 2, POLL_MS_MAX)
      await tail.change(signal, pollMs)
    }
  }
}

/**
 * The run as the database has it. Asked while a tail is open already: what was appended before that is on disk afterwards, since `find`
 * flushes the runs of this process. The state comes first: the events of a run that is final are complete.
 */
const lookAt = async (follow: { journal: Journal; runId: string; last: number; signal: AbortSignal }) => {
  const { journal, runId, last, signal } = follow
  try {
    const header = await waitOutOutage(signal, () => journal.find(runId))
    const owned = journal.owns(runId)
    if (!header && !owned) throw new RunNotFoundError(runId)
    const events = await waitOutOutage(signal, () => journal.read(runId, last))
    return { events, owned, final: header !== undefined && isFinal(header.state) }
  } catch (error) {
    if (!signal.aborted) throw error
    return { events: [], owned: false, final: true }
  }
}
