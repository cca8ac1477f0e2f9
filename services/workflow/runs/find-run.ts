import { type Caller, mayUse } from '#shared/http/caller.ts'
import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { RunNotFoundError } from '../errors.ts'
import { RunOfOtherKindError } from './errors.ts'
import { RUN_KIND } from './run-event-log.ts'

/** The run, when it exists and the caller may see it. Another app's run looks like one that does not exist. */
export const findRun = async (journal: Pick<Journal, 'find'>, caller: Caller, runId: string): Promise<RunHeader> => {
  const header = await journal.find(runId)
  if (!header || !mayUse(caller, header.appId)) throw new RunNotFoundError(runId)
  return header
}

/** The same for what is possible with runs of flows alone. */
export const findFlowRun = async (journal: Pick<Journal, 'find'>, caller: Caller, runId: string) => {
  const header = await findRun(journal, caller, runId)
  if (header.kind !== RUN_KIND) throw new RunOfOtherKindError(runId, header.kind)
  return header
}
