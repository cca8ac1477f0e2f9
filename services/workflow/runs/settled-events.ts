import type { Journal, SequencedEvent } from '#shared/journal/journal.ts'
import { wireCodes, wireMessage } from '../definition/wire-codes.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { isFinal, toRunEvent } from './run-event-log.ts'
import type { FollowRun } from './run-tail.ts'
import type { StartedRun } from './start-run.ts'

export interface SettledEventsDependencies {
  journal: Journal
  follow: FollowRun
}

/**
 * A run's events as its caller may see them: live ones at once, the final one only when it is on disk. A run that the journal itself gave up
 * ends with a `run-failed` that says so.
 */
export async function* settledEvents(
  dependencies: SettledEventsDependencies,
  run: Pick<StartedRun, 'runId' | 'tail' | 'ended'>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent[]> {
  for await (const batch of run.tail.batches(signal)) {
    const events = batch.map(({ event }) => toRunEvent(event))
    const last = events.at(-1)
    if (!last || !isFinal(last)) {
      yield events
      continue
    }
    if (events.length > 1) yield events.slice(0, -1)
    yield [(await run.ended) === 'finished' ? last : await storedEnd(dependencies, run.runId, signal)]
    return
  }
  if (!signal.aborted) yield [await storedEnd(dependencies, run.runId, signal)]
}

/** How the run ended by the journal, which counts when another worker took the run over in its last moment. */
const storedEnd = async (
  { journal, follow }: SettledEventsDependencies,
  runId: string,
  signal: AbortSignal,
): Promise<RunEvent> => {
  const end = await lastFinal(follow(runId, -1, signal))
  if (end) return end
  const reason = (await journal.find(runId))?.failure ?? 'its end is not known'
  return {
    type: 'run-failed',
    code: wireCodes.ENGINE_RUN_FAILED.code,
    message: wireMessage(wireCodes.ENGINE_RUN_FAILED, reason),
  }
}

const lastFinal = async (events: AsyncIterable<SequencedEvent>): Promise<RunEvent | undefined> => {
  for await (const { event } of events) {
    const runEvent = toRunEvent(event)
    if (isFinal(runEvent)) return runEvent
  }
  return undefined
}
