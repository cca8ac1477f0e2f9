import { FencedError } from '#shared/journal/errors.ts'
import type { RunWriter } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { isDatabaseAway } from '#shared/postgres/expected-failure.ts'
import { foldTurn, newTurnState } from '../loop/fold-turn.ts'
import { type AgentLoopServices, runAgentLoop } from '../loop/run-agent-loop.ts'
import type { TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import { endCancelled } from './end-cancelled.ts'
import { parkTurn } from './park-turn.ts'
import { toJournalEvent } from './turn-journal.ts'
import type { TurnMetrics } from './turn-metrics.ts'

export interface ExecuteTurnDependencies {
  services: AgentLoopServices
  logger: Logger
  metrics: TurnMetrics
}

/**
 * Runs one turn into its journal, from the beginning or from where `past` ends, and writes the final state, or sets the turn aside until a
 * person allows what it wants to do; durable when it resolves. A turn that is cancelled meanwhile ends with an event that says so.
 * Rejects when `signal` aborts, when another worker took the turn over, and for a failure outside of the turn: then the run is still open.
 */
export const executeTurn = async (
  dependencies: ExecuteTurnDependencies,
  turn: { writer: RunWriter; started: TurnStarted; past: readonly TurnEvent[] },
  signal: AbortSignal,
): Promise<void> => {
  const { writer, started } = turn
  const emitted: TurnEvent[] = []
  let last = turn.past.at(-1)
  try {
    const end = await runAgentLoop({
      runId: writer.runId,
      started,
      past: turn.past,
      services: dependencies.services,
      sink: {
        emit(event) {
          writer.append(toJournalEvent(event))
          dependencies.metrics.observe(event)
          emitted.push(event)
          last = event
        },
        durable: () => writer.durable(),
        // A failure is told to whoever waits for the next barrier.
        hurry: () => void writer.durable().catch(() => undefined),
      },
      signal: AbortSignal.any([signal, writer.cancelled]),
    })
    if (end.state === 'waiting') return await parkTurn(writer, end.until)
  } catch (error) {
    if (!writer.cancelled.aborted || error instanceof FencedError) throw error
    const { usage } = [...turn.past, ...emitted].reduce(foldTurn, newTurnState())
    dependencies.metrics.observe(await endCancelled(writer, usage))
    return
  }
  await writer.finish(last?.type === 'finished' && last.code !== 0 ? 'failed' : 'completed')
}

/** A turn that failed for a reason outside of it is tried again after this time, here or elsewhere. */
const RETRY_MS = 1_000

/** Gives a turn that could not be finished here back to the journal. Never rejects. */
export const giveTurnBack = async (
  logger: Logger,
  writer: RunWriter,
  failure: { error: unknown; isStopping: boolean },
): Promise<void> => {
  const { runId } = writer
  if (failure.error instanceof FencedError || !writer.open) {
    logger.info({ runId }, 'turn was taken over by another worker')
    return
  }
  if (!failure.isStopping) logger.error({ err: failure.error, runId }, 'turn could not be executed')
  try {
    // However often the database goes away, the turn is not to blame.
    const isOutside = failure.isStopping || isDatabaseAway(failure.error)
    await writer.release(isOutside ? {} : { retryAt: new Date(Date.now() + RETRY_MS) })
  } catch (error) {
    // Whoever notices that this worker is gone takes the turn over.
    logger.warn({ err: error, runId }, 'turn could not be given back')
  }
}
