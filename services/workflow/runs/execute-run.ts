import { FencedError } from '#shared/journal/errors.ts'
import type { RunWriter } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { isDatabaseAway } from '#shared/postgres/expected-failure.ts'
import type { Plan } from '../definition/plan.ts'
import type { RunSink } from '../engine/engine-contract.ts'
import type { FlowServices } from '../engine/flow-services.ts'
import type { RunEvent, RunStarted } from '../engine/run-events.ts'
import { runFlow } from '../engine/run-flow.ts'
import { endCancelled } from './end-cancelled.ts'
import { parkRun } from './park-run.ts'
import { finalState, isFinal, toJournalEvent } from './run-event-log.ts'
import type { RunInboxes } from './run-inboxes.ts'
import type { RunMetrics } from './run-metrics.ts'

/**
 * How an execution ended here: `finished` durably; `parked` until somebody answers or a moment comes; `released` for another worker to go on;
 * `lost` to another worker, which goes on already.
 */
export type ExecutionEnd = 'finished' | 'parked' | 'released' | 'lost'

export interface ExecuteRunDependencies {
  logger: Logger
  metrics: RunMetrics
  /** Takes answers for runs under way here. */
  inboxes: RunInboxes
  /** Aborts when this process gives its runs back. */
  stopping: AbortSignal
}

/** A run whose execution failed for a reason outside of the flow is tried again after this time, here or elsewhere. */
const RETRY_MS = 1_000

/**
 * Runs a flow into its journal, from the beginning or from where `past` ends. Never rejects: whatever happens is a fact about the run, and
 * the caller of the run learns it from the journal.
 */
export const executeRun = async (
  dependencies: ExecuteRunDependencies,
  run: { writer: RunWriter; plan: Plan; start: RunStarted; past: readonly RunEvent[]; services: FlowServices },
): Promise<ExecutionEnd> => {
  const { writer } = run
  const signal = AbortSignal.any([dependencies.stopping, writer.cancelled])
  let last: RunEvent | undefined = run.past.at(-1)
  const sink: RunSink = {
    emit(event) {
      writer.append(toJournalEvent(event))
      dependencies.metrics.observe(event)
      last = event
    },
    durable: () => writer.durable(),
  }
  try {
    if (!last || !isFinal(last)) {
      const { plan, start, past, services } = run
      const outcome = await runFlow({
        runId: writer.runId,
        plan,
        start,
        past,
        services,
        sink,
        signal,
        onInbox: (deliver) => dependencies.inboxes.open(writer, deliver),
      }).finally(() => dependencies.inboxes.close(writer.runId))
      if (outcome.state === 'waiting') {
        await parkRun(writer, outcome.wakeAt)
        return 'parked'
      }
    }
    await writer.finish(last ? finalState(last) : 'completed')
    return 'finished'
  } catch (error) {
    return giveBack(dependencies, writer, error)
  }
}

const endHere = async (
  { logger, metrics }: Pick<ExecuteRunDependencies, 'logger' | 'metrics'>,
  writer: RunWriter,
): Promise<ExecutionEnd> => {
  try {
    await endCancelled(writer)
    metrics.cancelled()
    return 'finished'
  } catch (error) {
    // The request stays with the run: whoever owns it next ends it.
    logger.warn({ err: error, runId: writer.runId }, 'cancelled run could not be ended')
    return 'lost'
  }
}

const giveBack = async (
  { logger, metrics, stopping }: ExecuteRunDependencies,
  writer: RunWriter,
  error: unknown,
): Promise<ExecutionEnd> => {
  const { runId } = writer
  if (error instanceof FencedError) {
    logger.info({ runId }, 'run was taken over by another worker')
    return 'lost'
  }
  if (writer.cancelled.aborted) return endHere({ logger, metrics }, writer)
  if (!stopping.aborted) logger.error({ err: error, runId }, 'run could not be executed')
  try {
    // However often the database goes away, the run is not to blame.
    const isOutside = stopping.aborted || isDatabaseAway(error)
    await writer.release(isOutside ? {} : { retryAt: new Date(Date.now() + RETRY_MS) })
    return 'released'
  } catch (releaseError) {
    // Whoever notices that this worker is gone takes the run over.
    logger.warn({ err: releaseError, runId }, 'run could not be given back')
    return 'lost'
  }
}
