import { followRun } from '#shared/journal/follow-run.ts'
import type { Journal } from '#shared/journal/journal.ts'
import type { TurnEvent } from '../loop/turn-events.ts'
import { toTurnEvent } from './turn-journal.ts'

/**
 * The events of a turn from its first, each once it is on disk: what a client saw is never taken back, wherever the turn goes on. Ends after
 * the last event, or when the reader leaves (`signal`).
 */
export async function* followTurn(journal: Journal, runId: string, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  for await (const { event } of followRun(journal, runId, -1, signal)) {
    const turnEvent = toTurnEvent(event)
    yield turnEvent
    if (turnEvent.type === 'finished') return
  }
}
