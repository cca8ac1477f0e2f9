import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { RESUME_HEADER } from '#shared/http/resumable-stream.ts'
import { createFrameCollector } from '../frames/collect-frames.ts'
import { type FrameView, type RunFramesDependencies, runFrames, startersView } from './run-frames.ts'
import type { StartedRun } from './start-run.ts'

/** Names the run on every response that started one. */
export const RUN_ID_HEADER = 'x-orrery-run-id'

/** Where a worker of this service gives the frames of a run from a number on. */
export const framesPath = (runId: string, afterQuestion?: string): string =>
  `/internal/workflow/runs/${runId}/frames${afterQuestion === undefined ? '' : `?question=${afterQuestion}`}`

export interface StreamedRun {
  run: StartedRun
  /** Default: that of the caller who started it. */
  view?: FrameView
  /** So many frames are left out: the client has them. */
  after?: number
}

/**
 * The wire's chat stream: `data:` lines only, no ids, no heartbeats, no `[DONE]`; its known clients break on more. The gateway goes on with it
 * on another worker when this one dies.
 */
export const streamRun = (dependencies: RunFramesDependencies, streamed: StreamedRun): Response => {
  const { run, view = startersView(run), after = 0 } = streamed
  return streamResponse(
    async function* (signal) {
      let left = after
      // What is there at once goes in one write: each costs the kernel, the gateway and the client more than a frame does.
      for await (const frames of runFrames(dependencies, run, view, signal)) {
        const fresh = frames.slice(left)
        left -= frames.length - fresh.length
        if (fresh.length > 0) yield fresh.map((frame) => formatEvent(JSON.stringify(frame))).join('')
      }
    },
    { [RUN_ID_HEADER]: run.runId, [RESUME_HEADER]: framesPath(run.runId, view.afterQuestion) },
  )
}

/** nginx's status for a caller that left before its answer was ready; nobody sees it but the access log. */
const CLIENT_LEFT_STATUS = 499

/** The wire's answer to `stream: false`: one object when the run is over, or asks something. */
export const collectRun = async (
  dependencies: RunFramesDependencies,
  run: StartedRun,
  signal: AbortSignal,
): Promise<Response> => {
  const collector = createFrameCollector(run.start.mode)
  for await (const frames of runFrames(dependencies, run, startersView(run), signal)) {
    for (const frame of frames) collector.add(frame)
  }
  if (signal.aborted) return new Response(null, { status: CLIENT_LEFT_STATUS })
  return Response.json(collector.result(), { headers: { [RUN_ID_HEADER]: run.runId } })
}
