import type { RunEvent } from '../engine/run-events.ts'
import { RunNotFoundError } from '../errors.ts'
import type { PlanCache } from '../flows/plan-cache.ts'
import type { AnsweredRun } from './answered-run.ts'
import { splitEvents } from './run-event-log.ts'
import type { FrameView, RunFramesDependencies } from './run-frames.ts'
import type { StartedRun } from './start-run.ts'
import { streamRun } from './stream-run.ts'

export interface ResumeFramesDependencies extends RunFramesDependencies {
  plans: PlanCache
}

/**
 * The rest of a chat stream whose worker died, after the frames that its client has: the same projection over the same journal, wherever the
 * run is executed now. Undefined when there is no such run, or no such answer in it.
 */
export const resumeFrames = async (
  dependencies: ResumeFramesDependencies,
  wanted: { runId: string; question?: string; after: number },
): Promise<Response | undefined> => {
  const found = await findRun(dependencies, wanted.runId)
  if (!found) return undefined
  const { run, past } = found
  if (wanted.question === undefined) return streamRun(dependencies, { run, after: wanted.after })
  const view = answerersView(past, wanted.question)
  return view && streamRun(dependencies, { run, view, after: wanted.after })
}

/** The frames behind a question, for the request that answered it. */
export const streamAnswered = async (
  dependencies: ResumeFramesDependencies,
  { runId, here }: AnsweredRun,
  view: FrameView,
): Promise<Response> => {
  if (!here) {
    const found = await findRun(dependencies, runId)
    if (!found) throw new RunNotFoundError(runId)
    return streamRun(dependencies, { run: found.run, view })
  }
  try {
    const { definitionHash, ...run } = here
    return streamRun(dependencies, {
      run: { runId, plan: await dependencies.plans.load(definitionHash), ...run },
      view,
    })
  } catch (error) {
    here.tail.close()
    throw error
  }
}

const answerersView = (past: readonly RunEvent[], question: string): FrameView | undefined => {
  const resumed = past.find((event) => event.type === 'node-resumed' && event.eventId === question)
  if (resumed?.type !== 'node-resumed' || !resumed.asked) return undefined
  return { ...resumed.asked, afterQuestion: question }
}

/** A run as its journal tells it, wherever it is executed, with its events so far. Undefined when there is none. */
export const findRun = async (
  { journal, follow, plans }: ResumeFramesDependencies,
  runId: string,
): Promise<{ run: StartedRun; past: RunEvent[] } | undefined> => {
  const header = await journal.find(runId)
  const log = header && splitEvents((await journal.read(runId, -1)).map(({ event }) => event))
  if (!log) return undefined
  const run: StartedRun = {
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
  return { run, past: log.past }
}
