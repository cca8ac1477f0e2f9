import { markSilence, SILENCE } from '#shared/http/mark-silence.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { silenceFrame } from '../frames/collect-frames.ts'
import { createFrameProjector } from '../frames/frame-projector.ts'
import type { WireFrame } from '../frames/wire-frame.ts'
import { type SettledEventsDependencies, settledEvents } from './settled-events.ts'
import type { StartedRun } from './start-run.ts'

export interface RunFramesDependencies extends SettledEventsDependencies {
  /** Silence after which the wire's streams end with code 20804; the run itself goes on. */
  frameGapMsMax: number
}

/** Which part of a run a stream shows, and to whom. */
export interface FrameView {
  sid: string
  mode: 'release' | 'debug'
  /** The question that this stream answered: what was shown before it, and the question itself, are left out. */
  afterQuestion?: string
}

/**
 * The wire's frames of a run for one caller. Ends with the run, or with a question, whose answer gets the frames behind it. Stops reading when
 * `signal` aborts; that does not stop the run.
 */
export async function* runFrames(
  dependencies: RunFramesDependencies,
  run: StartedRun,
  view: FrameView,
  signal: AbortSignal,
): AsyncGenerator<WireFrame[]> {
  const toFrames = createBatchProjector(run, view)
  const reading = new AbortController()
  const events = settledEvents(dependencies, run, AbortSignal.any([signal, reading.signal]))
  try {
    for await (const batch of markSilence(events, dependencies.frameGapMsMax)) {
      const frames = batch === SILENCE ? [silenceFrame(view.sid)] : toFrames(batch)
      if (frames.length > 0) yield frames
      if (batch === SILENCE || frames.at(-1)?.event_data) return
    }
  } finally {
    reading.abort()
  }
}

/** Frames of one batch of events after the other. None follow a question. */
const createBatchProjector = (run: Pick<StartedRun, 'plan'>, view: FrameView) => {
  const projector = createFrameProjector({ plan: run.plan, ...view })
  let isShowing = view.afterQuestion === undefined
  return (events: readonly RunEvent[]): WireFrame[] => {
    const frames: WireFrame[] = []
    for (const event of events) {
      if (!isShowing) {
        projector.pass(event)
        isShowing = event.type === 'node-waiting' && event.eventId === view.afterQuestion
        continue
      }
      const frame = projector.project(event)
      if (frame) frames.push(frame)
      if (frame?.event_data) break
    }
    return frames
  }
}

/** The view of the caller that started a run. */
export const startersView = ({ start }: Pick<StartedRun, 'start'>): FrameView => ({ sid: start.sid, mode: start.mode })
