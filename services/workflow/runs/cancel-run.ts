import type { Caller } from '#shared/http/caller.ts'
import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { RunNotFoundError } from '../errors.ts'
import { RunEndedError } from './errors.ts'
import { findFlowRun } from './find-run.ts'

/**
 * Asks for a run to end, wherever it is; the request is on disk when this resolves, and whoever has the run then or next ends it. Asking for the
 * end of a cancelled run changes nothing; of one that ended otherwise, throws RunEndedError.
 */
export const cancelRun = async (
  dependencies: { journal: Journal; nudge(): void },
  caller: Caller,
  runId: string,
): Promise<RunHeader> => {
  const { journal } = dependencies
  await findFlowRun(journal, caller, runId)
  const state = await journal.cancel(runId)
  if (state === undefined) throw new RunNotFoundError(runId)
  if (state === 'completed' || state === 'failed') throw new RunEndedError(runId, state)
  dependencies.nudge()
  return findFlowRun(journal, caller, runId)
}
