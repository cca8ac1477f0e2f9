import { waitOutOutage } from '#shared/journal/database-outage.ts'
import type { ClaimedRun } from '#shared/journal/journal.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import { type ExecutionEnd, executeRun } from './execute-run.ts'
import { giveUpRun } from './give-up-run.ts'
import { splitEvents } from './run-event-log.ts'
import type { RunDependencies } from './start-run.ts'

export interface ContinueRunDependencies extends RunDependencies {
  stores: FlowStores
}

/** Goes on with a run that another worker left, or whose moment has come. */
export const continueRun = async (
  dependencies: ContinueRunDependencies,
  claimed: ClaimedRun,
  signal: AbortSignal,
): Promise<void> => {
  await dependencies.registry.track(continueClaimed({ ...dependencies, stopping: signal }, claimed))
}

/**
 * Executes a claimed run: with the definition that it was started with, from what its journal holds. A flow that was deleted meanwhile acts
 * for the app that runs it.
 */
export const continueClaimed = async (
  dependencies: ContinueRunDependencies,
  claimed: ClaimedRun,
): Promise<ExecutionEnd> => {
  const { header, writer } = claimed
  const log = splitEvents(claimed.events)
  if (!log) {
    await giveUpRun(claimed, 'its journal holds no first event')
    return 'finished'
  }
  const [plan, flow] = await Promise.all([
    dependencies.plans.load(header.subjectVersion),
    waitOutOutage(dependencies.stopping, () => dependencies.stores.flows.find(header.subjectId)),
  ])
  dependencies.metrics.continued()
  dependencies.logger.info(
    { runId: header.id, flowId: header.subjectId, events: claimed.events.length },
    'run continues',
  )
  const services = dependencies.servicesFor(flow?.appId ?? header.appId)
  return executeRun(dependencies, { writer, plan, ...log, services })
}
