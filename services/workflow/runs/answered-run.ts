import type { ClaimedRun } from '#shared/journal/journal.ts'
import type { RunStarted } from '../engine/run-events.ts'
import type { ExecutionEnd } from './execute-run.ts'
import { type FollowRun, openRunTail, type RunTail } from './run-tail.ts'
import type { RunDependencies } from './start-run.ts'

/** A run that goes on because somebody answered. */
export interface AnsweredRun {
  runId: string
  /** When it goes on in this process: all that its answerer needs to watch it, without asking the journal. */
  here?: {
    start: RunStarted
    definitionHash: string
    /** All of its events, from the first on. */
    tail: RunTail
    ended: Promise<ExecutionEnd>
  }
}

/** What happened to a claimed run so far, then what this process appends to it. To be opened before the first append. */
export const openClaimedTail = (
  dependencies: Pick<RunDependencies, 'journal'> & { follow: FollowRun },
  { events, writer }: ClaimedRun,
): RunTail => {
  const live = openRunTail(dependencies, writer.runId, events.length - 1)
  return {
    close: live.close,
    async *batches(signal) {
      yield events.map((event, sequence) => ({ sequence, event }))
      yield* live.batches(signal)
    },
  }
}
