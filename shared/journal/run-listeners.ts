import type { Logger } from '#shared/logging/logger.ts'
import type { JournalEvent, ListenOptions, SequencedEvent } from './journal.ts'

interface Listener extends ListenOptions {
  onEvent(event: SequencedEvent): void
}

/** Who listens to the runs that this process owns. */
export interface RunListeners {
  /** Nobody listens in most processes most of the time: one look at this spares the rest. */
  readonly active: boolean
  add(runId: string, listener: Listener): () => void
  appended(runId: string, sequence: number, event: JournalEvent): void
  stored(runId: string, firstSequence: number, lines: readonly string[]): void
  closed(runId: string): void
}

export const createRunListeners = (logger: Logger): RunListeners => {
  const byRun = new Map<string, Set<Listener>>()

  /** A listener's error is its own: the run goes on. */
  const safely = (runId: string, call: () => void) => {
    try {
      call()
    } catch (error) {
      logger.error({ runId, err: error }, 'journal listener failed')
    }
  }

  return {
    get active() {
      return byRun.size > 0
    },
    add(runId, listener) {
      const listeners = byRun.get(runId) ?? new Set()
      byRun.set(runId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && byRun.get(runId) === listeners) byRun.delete(runId)
      }
    },
    appended(runId, sequence, event) {
      for (const listener of byRun.get(runId) ?? []) {
        if (!listener.durableOnly) safely(runId, () => listener.onEvent({ sequence, event }))
      }
    },
    stored(runId, firstSequence, lines) {
      const waiting = [...(byRun.get(runId) ?? [])].filter((listener) => listener.durableOnly)
      if (waiting.length === 0) return
      lines.forEach((line, index) => {
        const event = { sequence: firstSequence + index, event: JSON.parse(line) as JournalEvent }
        for (const listener of waiting) safely(runId, () => listener.onEvent(event))
      })
    },
    closed(runId) {
      for (const listener of [...(byRun.get(runId) ?? [])]) safely(runId, () => listener.onClosed?.())
    },
  }
}
