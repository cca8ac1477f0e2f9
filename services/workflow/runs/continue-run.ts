import type { ClaimedRun } from '#shared/journal/journal.ts'
import { wireCodes, wireMessage } from '../definition/wire-codes.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import { executeRun } from './execute-run.ts'
import { splitEvents, toJournalEvent } from './run-event-log.ts'
import type { RunDependencies } from './start-run.ts'

export interface ContinueRunDependencies extends RunDependencies {
  stores: FlowStores
}

/**
 * Goes on with a run that another worker left: with the definition that it was started with, from what its journal holds. A flow that was
 * deleted meanwhile acts for the app that runs it.
 */
export const continueRun = async (dependencies: ContinueRunDependencies, claimed: ClaimedRun): Promise<void> => {
  const { header, writer } = claimed
  const log = splitEvents(claimed.events)
  if (!log) {
    await fail(claimed, 'its journal holds no first event')
    return
  }
  const [plan, flow] = await Promise.all([
    loadPlan(dependencies, claimed),
    dependencies.stores.flows.find(header.subjectId),
  ])
  if (!plan) return
  dependencies.metrics.continued()
  dependencies.logger.info(
    { runId: header.id, flowId: header.subjectId, events: claimed.events.length },
    'run continues',
  )
  const services = dependencies.servicesFor(flow?.appId ?? header.appId)
  await dependencies.registry.track(executeRun(dependencies, { writer, plan, ...log, services }))
}

const loadPlan = async (dependencies: ContinueRunDependencies, claimed: ClaimedRun) => {
  try {
    return await dependencies.plans.load(claimed.header.subjectVersion)
  } catch (error) {
    dependencies.logger.error({ err: error, runId: claimed.header.id }, 'definition of a run cannot be loaded')
    await fail(claimed, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

const fail = async ({ writer }: ClaimedRun, reason: string): Promise<void> => {
  const { code } = wireCodes.ENGINE_RUN_FAILED
  writer.append(toJournalEvent({ type: 'run-failed', code, message: wireMessage(wireCodes.ENGINE_RUN_FAILED, reason) }))
  await writer.finish('failed')
}
