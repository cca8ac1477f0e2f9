import type { Caller } from '#shared/http/caller.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { validateParameters } from '../definition/validate-parameters.ts'
import { ParametersInvalidError, RunNotFoundError } from '../errors.ts'
import { findOwnFlow } from '../flows/flow-access.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import type { PlanCache } from '../flows/plan-cache.ts'
import { resolveRelease } from '../flows/resolve-flow.ts'
import type { PreparedRun } from './accept-run.ts'
import type { CheckStartFiles } from './check-start-files.ts'
import { ForkNodeUnknownError } from './errors.ts'
import { findFlowRun } from './find-run.ts'
import { downstreamOf, keptEvents } from './kept-events.ts'
import { type Mocks, mockedEvents } from './mock-nodes.ts'
import { RUN_KIND, splitEvents, toJournalEvent } from './run-event-log.ts'

export interface ForkRunDependencies {
  journal: Journal
  plans: PlanCache
  stores: FlowStores
  checkStartFiles: CheckStartFiles
  nextSid(): string
}

/**
 * Prepares a run that begins with what a past one did: all of its completed nodes but those that are to be executed again, which are `fromNodeId`,
 * mocked nodes and whatever follows them; with new parameters, the start node too, though not what follows it. The flow must still be open to the app, as for a new run.
 */
export const forkRun = async (
  dependencies: ForkRunDependencies,
  input: Mocks & {
    caller: Caller
    runId: string
    fromNodeId?: string | undefined
    parameters?: Record<string, unknown> | undefined
  },
): Promise<PreparedRun> => {
  const { journal, plans, stores } = dependencies
  const header = await findFlowRun(journal, input.caller, input.runId)
  const log = splitEvents((await journal.read(header.id, -1)).map(({ event }) => event))
  if (!log) throw new RunNotFoundError(header.id)
  const { flowId, version, mode } = log.start
  if (mode === 'debug') await findOwnFlow(stores.flows, input.caller, flowId)
  else await resolveRelease(stores, { flowId, version, appId: header.appId })
  const plan = await plans.load(header.subjectVersion)
  const { fromNodeId } = input
  if (fromNodeId !== undefined && !plan.indexById.has(fromNodeId)) throw new ForkNodeUnknownError(header.id, fromNodeId)
  const parameters = input.parameters ?? log.start.parameters
  const fault = validateParameters(plan, parameters)
  if (fault) throw new ParametersInvalidError(fault)
  // Those of the past run were looked at when it started; nodes that read them again find out for themselves.
  if (input.parameters) await dependencies.checkStartFiles(plan, parameters)

  const mocked = mockedEvents(plan, input)
  const again = downstreamOf(plan, [...(fromNodeId === undefined ? [] : [fromNodeId]), ...Object.keys(input.mocks)])
  const start = plan.nodes[plan.start]
  if (input.parameters && start) again.add(start.id)
  const events = [
    { ...log.start, sid: dependencies.nextSid(), parameters },
    ...mocked,
    ...keptEvents(plan, log.past, again),
  ]
  return {
    run: { kind: RUN_KIND, appId: header.appId, subjectId: header.subjectId, subjectVersion: header.subjectVersion },
    mode,
    events: events.map(toJournalEvent),
  }
}
