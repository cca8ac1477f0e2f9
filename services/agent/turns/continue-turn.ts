import type { ClaimedRun } from '#shared/journal/journal.ts'
import { type ExecuteTurnDependencies, executeTurn } from './execute-turn.ts'
import { splitTurn, toJournalEvent } from './turn-journal.ts'

/** Goes on with a turn whose worker died or stopped. Rejects when `signal` aborts or the execution fails: the claimer gives it back. */
export const continueTurn = async (
  dependencies: ExecuteTurnDependencies,
  claimed: ClaimedRun,
  signal: AbortSignal,
): Promise<void> => {
  const { started, past } = splitTurn(claimed.events)
  dependencies.logger.info({ runId: claimed.header.id, events: claimed.events.length }, 'turn goes on here')
  await executeTurn(dependencies, { writer: claimed.writer, started, past }, signal)
}

const GIVEN_UP = { code: 40500, message: 'Agent internal service error' }

/** The last event of a turn that failed too often, so that whoever follows it learns of the end. */
export const giveTurnUp = (claimed: ClaimedRun): void => {
  const usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }
  claimed.writer.append(toJournalEvent({ type: 'finished', ...GIVEN_UP, usage }))
}
