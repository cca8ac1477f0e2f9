import { ModelError } from '../model-error.ts'
import type { CallLimits } from './call-limits.ts'

/** Watches one answer: aborts its signal with a ModelError when a limit passes, or with the caller's reason when the caller leaves. */
export interface CallClock {
  readonly signal: AbortSignal
  /** A piece of the answer arrived. Called per token, so it only notes the time. */
  beat(): void
  stop(): void
}

/** @param caller aborts the call from outside */
export const startCallClock = (limits: CallLimits, caller: AbortSignal, totalEndsMs: number): CallClock => {
  const controller = new AbortController()
  const startedMs = performance.now()
  let lastBeatMs: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const nextLimit = () => {
    const quiet =
      lastBeatMs === undefined
        ? { endsMs: startedMs + limits.firstTokenMsMax, what: 'did not begin to answer', ms: limits.firstTokenMsMax }
        : { endsMs: lastBeatMs + limits.idleMsMax, what: 'stopped in the middle of its answer', ms: limits.idleMsMax }
    return quiet.endsMs <= totalEndsMs
      ? quiet
      : { endsMs: totalEndsMs, what: 'did not finish its answer', ms: limits.totalMsMax }
  }

  const watch = () => {
    const limit = nextLimit()
    const leftMs = limit.endsMs - performance.now()
    if (leftMs <= 0) controller.abort(new ModelError('MODEL_TIMEOUT', `The model ${limit.what} within ${limit.ms} ms.`))
    else timer = setTimeout(watch, Math.ceil(leftMs))
  }

  const leave = () => controller.abort(caller.reason)
  if (caller.aborted) leave()
  else caller.addEventListener('abort', leave, { once: true })
  watch()

  return {
    signal: controller.signal,
    beat() {
      const first = lastBeatMs === undefined
      lastBeatMs = performance.now()
      // The timer was set for the first token; from now on another limit counts.
      if (first) {
        clearTimeout(timer)
        watch()
      }
    },
    stop() {
      clearTimeout(timer)
      caller.removeEventListener('abort', leave)
    },
  }
}
