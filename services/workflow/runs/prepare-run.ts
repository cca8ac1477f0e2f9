import type { Caller } from '#shared/http/caller.ts'
import type { Plan } from '../definition/plan.ts'
import { validateParameters } from '../definition/validate-parameters.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { ParametersInvalidError } from '../errors.ts'
import type { FlowStores } from '../flows/flow-stores.ts'
import type { PlanCache } from '../flows/plan-cache.ts'
import { resolveDraft, resolveRelease } from '../flows/resolve-flow.ts'
import type { PreparedRun } from './accept-run.ts'
import type { CheckStartFiles } from './check-start-files.ts'
import { type Mocks, mockedEvents } from './mock-nodes.ts'
import { RUN_KIND, toJournalEvent } from './run-event-log.ts'

export interface PrepareRunDependencies {
  stores: FlowStores
  plans: PlanCache
  checkStartFiles: CheckStartFiles
  nextSid(): string
}

/** What somebody wants to run, and for which app. */
export interface RunOrder
  extends Mocks,
    Pick<RunStarted, 'flowId' | 'version' | 'mode' | 'uid' | 'chatId' | 'history'> {
  appId: string
  caller: Caller
  /** By name, or what makes them for the flow that was found. */
  parameters: Record<string, unknown> | ((plan: Plan) => Record<string, unknown>)
}

/** Finds the flow as its rules demand (a release by licence, a draft by its owner) and checks the order against it. Starts nothing. */
export const prepareRun = async (dependencies: PrepareRunDependencies, order: RunOrder): Promise<PreparedRun> => {
  const { stores, plans } = dependencies
  const { flowId, version, mode, appId, uid, chatId, history } = order
  const resolved =
    mode === 'release'
      ? await resolveRelease(stores, { flowId, appId, version })
      : await resolveDraft(stores, order.caller, { flowId, version })
  const plan = await plans.load(resolved.definitionHash)
  const parameters = typeof order.parameters === 'function' ? order.parameters(plan) : order.parameters
  const fault = validateParameters(plan, parameters)
  if (fault) throw new ParametersInvalidError(fault)
  await dependencies.checkStartFiles(plan, parameters)
  const mocked = mockedEvents(plan, order)
  const start: RunStarted = {
    type: 'run-started',
    flowId,
    version: resolved.version,
    mode,
    sid: dependencies.nextSid(),
    appId,
    uid,
    chatId,
    parameters,
    history,
  }
  return {
    run: { kind: RUN_KIND, appId, subjectId: flowId, subjectVersion: resolved.definitionHash },
    mode,
    events: [start, ...mocked].map(toJournalEvent),
  }
}
