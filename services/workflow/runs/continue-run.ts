import type { ClaimedRun } from '#shared/journal/journal.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import { executeRun } from './execute-run.ts'
import { giveUpRun } from './give-up-run.ts'
import { splitEvents } from './run-event-log.ts'
import type { RunDependencies } from './start-run.ts'

export interface ContinueRunDependencies extends RunDependencies {
  stores: FlowStores
}

/**
 * Goes on with a run that another worker left: with the definition that it was started with, from what its journal holds. A flow that was
 * deleted meanwhile acts for the app that runs it.
 */
export const continueRun = async (
  dependencies: ContinueRunDependencies,
  claimed: ClaimedRun,
  signal: AbortSignal,
): Promise<void> => {
  const { header, writer } = claimed
  const log = splitEvents(claimed.events)
  if (!log) {
    await giveUpRun(claimed, 'its journal holds no first event')
    return
  }
  const [plan, flow] = await Promise.all([
    dependencies.plans.load(header.subjectVersion),
    dependencies.stores.flows.find(header.subjectId),
  ])
  dependencies.metrics.continued()
  dependencies.logger.info(
    { runId: header.id, flowId: header.subjectId, events: claimed.events.length },
    'run continues',
  )
  const services = dependencies.servicesFor(flow?.appId ?? header.appId)
  const execution = executeRun({ ...dependencies, stopping: signal }, { writer, plan, ...log, services })
  await dependencies.registry.track(execution)
}
