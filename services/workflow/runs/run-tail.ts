import type { Journal, SequencedEvent } from '#shared/journal/journal.ts'
import { isFinal, toRunEvent } from './run-event-log.ts'

/** Events kept for one reader. A slower one is served from the journal, which has them all. */
const EVENTS_QUEUED_MAX = 5_000

/** Reads a run's events from the journal, wherever the run is executed. */
export type FollowRun = (runId: string, afterSequence: number, signal: AbortSignal) => AsyncIterable<SequencedEvent>

export interface RunTail {
  /**
   * Everything that happens to the run, in batches, as soon as it is on disk and from the first event on. Ends after the final event, when `signal` aborts,
   * or when the journal has no more of a run that ended without a final event. To be read once.
   */
  batches(signal: AbortSignal): AsyncGenerator<SequencedEvent[]>
  /** Stops listening, for a tail that nobody will read. */
  close(): void
}

/**
 * Listens to a run that this process is about to execute. When the run leaves the process (it drains, or was taken over), or its reader is
 * too slow, the rest comes from the journal, without a gap and without a repetition.
 * @param afterSequence number of the last event that is there already; -1 for a new run
 */
export const openRunTail = (
  dependencies: { journal: Journal; follow: FollowRun },
  runId: string,
  afterSequence = -1,
): RunTail => {
  const live = listenLive(dependencies.journal, runId)
  return {
    close: live.close,
    async *batches(signal) {
      let last = afterSequence
      for await (const batch of live.batches(signal)) {
        last = batch.at(-1)?.sequence ?? last
        yield batch
        if (endsRun(batch)) return
      }
      if (signal.aborted) return
      for await (const event of dependencies.follow(runId, last, signal)) {
        yield [event]
        if (endsRun([event])) return
      }
    },
  }
}

const endsRun = (batch: readonly SequencedEvent[]): boolean => {
  const last = batch.at(-1)
  return last !== undefined && isFinal(toRunEvent(last.event))
}

/** What this process emits of a run, until the run leaves it or the queue is full. */
const listenLive = (journal: Journal, runId: string) => {
  let queue: SequencedEvent[] = []
  let cut = false
  let wake = () => {}
  const cutOff = () => {
    cut = true
    wake()
  }
  const close = journal.listen(
    runId,
    (event) => {
      if (cut) return
      queue.push(event)
      if (queue.length >= EVENTS_QUEUED_MAX) cutOff()
      else wake()
    },
    // What was shown must be there when another worker goes on with the run, or the two would contradict each other.
    { onClosed: cutOff, durableOnly: true },
  )
  const takeQueued = () => {
    const batch = queue
    queue = []
    return batch
  }
  return {
    close,
    async *batches(signal: AbortSignal): AsyncGenerator<SequencedEvent[]> {
      const onAbort = () => wake()
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        while (!signal.aborted) {
          if (queue.length > 0) yield takeQueued()
          else if (cut) return
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
        close()
      }
    },
  }
}
