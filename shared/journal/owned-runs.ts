import type { LoadedRun } from './claim-runs.ts'
import type { FlushLoop } from './flush-loop.ts'
import type { NewRun } from './journal.ts'
import type { RunListeners } from './run-listeners.ts'
import { createOwnedRun, type OwnedRun } from './run-writer.ts'

/** The runs of this process, by id: from their start or claim until they are given up, lost or the journal ends. */
export interface OwnedRuns {
  start(runId: string, run: NewRun): OwnedRun
  /** Gives a claimed run its writer. False when it has one already, which then goes on under the new claim. */
  take(run: LoadedRun): boolean
  get(runId: string): OwnedRun | undefined
  readonly size: number
  closeAll(): void
}

export const createOwnedRuns = (options: {
  loop: FlushLoop
  listeners: RunListeners
  onCount(count: number): void
}): OwnedRuns => {
  const { loop, listeners } = options
  const byId = new Map<string, OwnedRun>()

  const onClosed = (run: OwnedRun) => {
    if (byId.get(run.runId) !== run) return
    byId.delete(run.runId)
    options.onCount(byId.size)
    listeners.closed(run.runId)
  }

  const add = (run: OwnedRun): OwnedRun => {
    byId.set(run.runId, run)
    options.onCount(byId.size)
    return run
  }

  return {
    start: (runId, fresh) =>
      add(createOwnedRun({ runId, epoch: 0, nextSequence: 0, fresh, loop, listeners, onClosed })),
    take({ header, epoch, events }) {
      const known = byId.get(header.id)
      // One that was given up is only waiting for the answer to its last flush: the claim proves that it was stored.
      if (known?.writer.open) {
        known.epoch = epoch
        return false
      }
      const run = add(
        createOwnedRun({ runId: header.id, epoch, nextSequence: events.length, loop, listeners, onClosed }),
      )
      if (header.cancelRequested) run.cancel()
      return true
    },
    get: (runId) => byId.get(runId),
    get size() {
      return byId.size
    },
    closeAll() {
      for (const run of [...byId.values()]) onClosed(run)
    },
  }
}
