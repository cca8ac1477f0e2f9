import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { RESUME_HEADER, withoutFirst } from '#shared/http/resumable-stream.ts'
import { createFrameCollector } from '../frames/collect-frames.ts'
import { type RunFramesDependencies, runFrames } from './run-frames.ts'
import type { StartedRun } from './start-run.ts'

/** Names the run on every response that started one. */
export const RUN_ID_HEADER = 'x-orrery-run-id'

/** Where a worker of this service gives the frames of a run from a number on. */
export const framesPath = (runId: string): string => `/internal/workflow/runs/${runId}/frames`

/**
 * The wire's chat stream: `data:` lines only, no ids, no heartbeats, no `[DONE]`; its known clients break on more. The gateway goes on with it
 * on another worker when this one dies. `after` frames are left out: the client has them.
 */
export const streamRun = (dependencies: RunFramesDependencies, run: StartedRun, after = 0): Response =>
  streamResponse(
    async function* (signal) {
      for await (const frame of withoutFirst(singly(runFrames(dependencies, run, signal)), after)) {
        yield formatEvent(JSON.stringify(frame))
      }
    },
    { [RUN_ID_HEADER]: run.runId, [RESUME_HEADER]: framesPath(run.runId) },
  )

async function* singly<Item>(batches: AsyncIterable<Item[]>): AsyncGenerator<Item> {
  for await (const batch of batches) yield* batch
}

/** nginx's status for a caller that left before its answer was ready; nobody sees it but the access log. */
const CLIENT_LEFT_STATUS = 499

/** The wire's answer to `stream: false`: one object when the run is over. */
export const collectRun = async (
  dependencies: RunFramesDependencies,
  run: StartedRun,
  signal: AbortSignal,
): Promise<Response> => {
  const collector = createFrameCollector(run.start.mode)
  for await (const frames of runFrames(dependencies, run, signal)) for (const frame of frames) collector.add(frame)
  if (signal.aborted) return new Response(null, { status: CLIENT_LEFT_STATUS })
  return Response.json(collector.result(), { headers: { [RUN_ID_HEADER]: run.runId } })
}
