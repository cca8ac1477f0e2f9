import type { ClaimedRun, RunWriter } from '#shared/journal/journal.ts'
import type { TokenUsage } from '#shared/models/chat-model.ts'
import { foldTurn, newTurnState } from '../loop/fold-turn.ts'
import type { TurnFinished } from '../loop/turn-events.ts'
import { toJournalEvent, toTurnEvent } from './turn-journal.ts'

/** The wire has no code of its own for it. */
export const CANCELLED = { code: 40500, message: 'The turn was cancelled' } as const

/** Ends a turn that its caller does not want any more, with a last event that says so. Both are stored together, or neither is. */
export const endCancelled = async (writer: RunWriter, usage: TokenUsage): Promise<TurnFinished> => {
  const finished: TurnFinished = { type: 'finished', ...CANCELLED, usage }
  writer.append(toJournalEvent(finished))
  await writer.finish('cancelled')
  return finished
}

/** The same for a turn that nobody executes; one that has ended meanwhile only gets the state that it ended in. */
export const endCancelledClaim = async ({ writer, events }: ClaimedRun): Promise<void> => {
  const state = events.map(toTurnEvent).reduce(foldTurn, newTurnState())
  if (state.finished) await writer.finish(state.finished.code === 0 ? 'completed' : 'failed')
  else await endCancelled(writer, state.usage)
}
