import { OrreryError } from './orrery-error.ts'
import { pause } from './pause.ts'

/** One numbered fact about a run, durable before it was sent. */
export interface RunEvent {
  sequence: number
  type: string
  event: Record<string, unknown>
}

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 5_000
/** Failures in a row, without an event between them, before it gives up: after half a minute or so. */
const FAILURES_MAX = 12

/**
 * Every event after one number until the run has ended, over as many connections as it takes; no event is missing and none comes twice.
 * @throws what a connection throws, when trying again cannot help or did not help often enough
 */
export async function* followRunEvents(
  run: { hasEnded(): Promise<boolean>; connect(after: number): AsyncIterable<RunEvent> },
  from: { after: number; signal: AbortSignal | undefined },
): AsyncGenerator<RunEvent> {
  let last = from.after
  let failures = 0
  for (;;) {
    const before = last
    try {
      // Asked before the stream is read: what had ended by now ends in this stream.
      const hasEnded = await run.hasEnded()
      for await (const event of run.connect(last)) {
        if (event.sequence <= last) continue
        last = event.sequence
        yield event
      }
      if (hasEnded) return
      failures = 0
    } catch (error) {
      failures = last > before ? 1 : failures + 1
      if (!passes(error) || failures > FAILURES_MAX) throw error
    }
    await pause(last > before ? 0 : Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures), from.signal)
  }
}

/** A lost connection, a server that starts, a full one. Everything else stays as it is, however often one asks. */
const passes = (error: unknown): boolean =>
  error instanceof OrreryError && (error.status >= 500 || error.status === 429 || NO_ANSWER.has(error.code))

const NO_ANSWER = new Set(['CONNECTION_FAILED', 'STREAM_BROKEN'])
