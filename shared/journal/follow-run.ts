import { waitOutOutage } from './database-outage.ts'
import { RunNotFoundError } from './errors.ts'
import type { Journal, SequencedEvent } from './journal.ts'
import { isFinal } from './run-rows.ts'
import { createWakeUp } from './wake-up.ts'

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
  try {
    while (!signal.aborted) {
      using tail = openTail(journal, runId, durableOnly)
      // What was appended before the tail began is on disk afterwards, so that reading and tail leave nothing out.
      const state = await waitOutOutage(signal, () => journal.find(runId)).then((header) => header?.state)
      const owned = journal.owns(runId)
      if (!state && !owned) throw new RunNotFoundError(runId)

      const stored = await waitOutOutage(signal, () => journal.read(runId, last))
      for (const event of stored) {
        yield event
        last = event.sequence
      }
      if (state && isFinal(state)) return
      if (owned) {
        for await (const event of tail.events(signal, last)) {
          yield event
          last = event.sequence
        }
        pollMs = POLL_MS_MIN
      } else {
        pollMs = stored.length > 0 ? POLL_MS_MIN : Math.min(pollMs * 2, POLL_MS_MAX)
        await tail.change(signal, pollMs)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Collects what this process appends to the run. */
const openTail = (journal: Journal, runId: string, durableOnly: boolean) => {
  const wakeUp = createWakeUp()
  const queue: SequencedEvent[] = []
  let closed = false
  const stop = journal.listen(
    runId,
    (event) => {
      queue.push(event)
      wakeUp.ring()
    },
    {
      durableOnly,
      onClosed: () => {
        closed = true
        wakeUp.ring()
      },
    },
  )

  return {
    /** Resolves when something is appended here (the run moved to this process), or after `ms`. */
    change: (signal: AbortSignal, ms: number) => wakeUp.wait(signal, ms),
    /** Ends when the run is given up, or when an event is missing before the next one: then it has to be read. */
    async *events(signal: AbortSignal, after: number): AsyncGenerator<SequencedEvent, void, undefined> {
      let last = after
      while (!signal.aborted) {
        for (const event of queue.splice(0)) {
          if (event.sequence <= last) continue
          if (event.sequence > last + 1) return
          yield event
          last = event.sequence
        }
        if (queue.length > 0) continue
        if (closed) return
        await wakeUp.wait(signal)
      }
    },
    [Symbol.dispose]: stop,
  }
}
