import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { createFrameCollector } from '../frames/collect-frames.ts'
import { type RunFramesDependencies, runFrames } from './run-frames.ts'
import type { StartedRun } from './start-run.ts'

/** Names the run on every response that started one. */
export const RUN_ID_HEADER = 'x-orrery-run-id'

/** The wire's chat stream: `data:` lines only, no ids, no heartbeats, no `[DONE]`; its known clients break on more. */
export const streamRun = (dependencies: RunFramesDependencies, run: StartedRun): Response =>
  streamResponse(
    async function* (signal) {
      for await (const frames of runFrames(dependencies, run, signal)) {
        yield frames.map((frame) => formatEvent(JSON.stringify(frame))).join('')
      }
    },
    { [RUN_ID_HEADER]: run.runId },
  )

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
