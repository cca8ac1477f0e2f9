import { markSilence, SILENCE } from '#shared/http/mark-silence.ts'
import { silenceFrame } from '../frames/collect-frames.ts'
import { createFrameProjector } from '../frames/frame-projector.ts'
import type { WireFrame } from '../frames/wire-frame.ts'
import { type SettledEventsDependencies, settledEvents } from './settled-events.ts'
import type { StartedRun } from './start-run.ts'

export interface RunFramesDependencies extends SettledEventsDependencies {
  /** Silence after which the wire's streams end with code 20804; the run itself goes on. */
  frameGapMsMax: number
}

/** The wire's frames of a run for the caller that started it. Stops reading when `signal` aborts; that does not stop the run. */
export async function* runFrames(
  dependencies: RunFramesDependencies,
  run: StartedRun,
  signal: AbortSignal,
): AsyncGenerator<WireFrame[]> {
  const { mode, sid } = run.start
  const projector = createFrameProjector({ plan: run.plan, mode, sid })
  const reading = new AbortController()
  const events = settledEvents(dependencies, run, AbortSignal.any([signal, reading.signal]))
  try {
    for await (const batch of markSilence(events, dependencies.frameGapMsMax)) {
      if (batch === SILENCE) {
        yield [silenceFrame(sid)]
        return
      }
      const frames = batch.flatMap((event) => projector.project(event) ?? [])
      if (frames.length > 0) yield frames
    }
  } finally {
    reading.abort()
  }
}
