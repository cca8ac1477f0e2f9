import type { Journal, SequencedEvent } from './journal.ts'
import { createWakeUp } from './wake-up.ts'

/** What this process appends to one run from now on. */
export interface RunTail extends Disposable {
  /** The event after number `last`. Undefined when the run was given up here, when that event was missed, or when the signal aborts. */
  next(signal: AbortSignal, last: number): Promise<SequencedEvent | undefined>
  /** Resolves when something is appended here (the run moved to this process), or after `ms`. */
  change(signal: AbortSignal, ms: number): Promise<void>
}

export const openRunTail = (journal: Journal, runId: string, durableOnly: boolean): RunTail => {
  const wakeUp = createWakeUp()
  let queue: SequencedEvent[] = []
  /** Events before this place in the queue were given out. */
  let place = 0
  let closed = false

  const take = (last: number): SequencedEvent | undefined => {
    while ((queue[place]?.sequence ?? last + 1) <= last) place += 1
    if (place < queue.length) return queue[place]
    queue = []
    place = 0
    return undefined
  }

  const onEvent = (event: SequencedEvent) => {
    queue.push(event)
    wakeUp.ring()
  }
  const onClosed = () => {
    closed = true
    wakeUp.ring()
  }
  const stop = journal.listen(runId, onEvent, { durableOnly, onClosed })

  return {
    change: (signal, ms) => wakeUp.wait(signal, ms),
    async next(signal, last) {
      while (!signal.aborted) {
        const event = take(last)
        if (event) return event.sequence === last + 1 ? event : undefined
        if (closed) return undefined
        await wakeUp.wait(signal)
      }
      return undefined
    },
    [Symbol.dispose]: stop,
  }
}
