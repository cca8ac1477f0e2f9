import type { PlanCache } from '../flows/plan-cache.ts'
import { splitEvents } from './run-event-log.ts'
import type { RunFramesDependencies } from './run-frames.ts'
import type { StartedRun } from './start-run.ts'
import { streamRun } from './stream-run.ts'

export interface ResumeFramesDependencies extends RunFramesDependencies {
  plans: PlanCache
}

/**
 * The rest of a chat stream whose worker died, after the frames that its client has: the same projection over the same journal, wherever the
 * run is executed now. Undefined when there is no such run.
 */
export const resumeFrames = async (
  dependencies: ResumeFramesDependencies,
  runId: string,
  after: number,
): Promise<Response | undefined> => {
  const run = await findStartedRun(dependencies, runId)
  return run && streamRun(dependencies, run, after)
}

const findStartedRun = async (
  { journal, follow, plans }: ResumeFramesDependencies,
  runId: string,
): Promise<StartedRun | undefined> => {
  const header = await journal.find(runId)
  const log = header && splitEvents((await journal.read(runId, -1)).map(({ event }) => event))
  if (!log) return undefined
  return {
    runId,
    start: log.start,
    plan: await plans.load(header.subjectVersion),
    tail: {
      async *batches(signal) {
        for await (const event of follow(runId, -1, signal)) yield [event]
      },
      close() {},
    },
    // Only what is on disk is followed, its end too.
    ended: Promise.resolve('finished'),
  }
}
