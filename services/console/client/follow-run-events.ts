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

interface FollowedRun {
  hasEnded(): Promise<boolean>
  connect(after: number): AsyncIterable<RunEvent>
}

/**
 * Every event after one number until the run has ended, over as many connections as it takes; no event is missing and none comes twice.
 * @throws what a connection throws, when trying again cannot help or did not help often enough
 */
export async function* followRunEvents(
  run: FollowedRun,
  from: { after: number; signal: AbortSignal | undefined },
): AsyncGenerator<RunEvent> {
  const position = { last: from.after }
  let failures = 0
  for (;;) {
    const before = position.last
    try {
      if (yield* readOneConnection(run, position)) return
      failures = 0
    } catch (error) {
      failures = position.last > before ? 1 : failures + 1
      if (!passes(error) || failures > FAILURES_MAX) throw error
    }
    await pause(position.last > before ? 0 : Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures), from.signal)
  }
}

/** Moves the position along. Returns whether the run had ended before: then its end was the end of this stream. */
async function* readOneConnection(run: FollowedRun, position: { last: number }): AsyncGenerator<RunEvent, boolean> {
  const hasEnded = await run.hasEnded()
  for await (const event of run.connect(position.last)) {
    if (event.sequence <= position.last) continue
    position.last = event.sequence
    yield event
  }
  return hasEnded
}

/** A lost connection, a server that starts, a full one. Everything else stays as it is, however often one asks. */
const passes = (error: unknown): boolean =>
  error instanceof OrreryError && (error.status >= 500 || error.status === 429 || NO_ANSWER.has(error.code))

const NO_ANSWER = new Set(['CONNECTION_FAILED', 'STREAM_BROKEN'])
