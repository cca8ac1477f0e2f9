import type { Caller } from '#shared/http/caller.ts'
import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { TurnEndedError, TurnUnknownError } from './errors.ts'
import { findTurnHeader } from './find-turn.ts'

/**
 * Asks for a turn to end, wherever it is; the request is on disk when this resolves, and whoever has the turn then or next ends it. Asking for the
 * end of a cancelled turn changes nothing. Throws TurnUnknownError, TurnEndedError for one that ended otherwise.
 */
export const cancelTurn = async (journal: Journal, caller: Caller, turnId: string): Promise<RunHeader> => {
  await findTurnHeader(journal, caller, turnId)
  const state = await journal.cancel(turnId)
  if (state === undefined) throw new TurnUnknownError(turnId)
  if (state === 'completed' || state === 'failed') throw new TurnEndedError(turnId, state)
  return findTurnHeader(journal, caller, turnId)
}
