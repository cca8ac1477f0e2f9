import type { Journal } from '#shared/journal/journal.ts'
import type { Plan } from '../definition/plan.ts'
import { validateParameters } from '../definition/validate-parameters.ts'
import type { FlowServices } from '../engine/flow-services.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { ParametersInvalidError } from '../errors.ts'
import type { PlanCache } from '../flows/plan-cache.ts'
import type { ResolvedFlow } from '../flows/resolve-flow.ts'
import type { CheckStartFiles } from './check-start-files.ts'
import { type ExecuteRunDependencies, type ExecutionEnd, executeRun } from './execute-run.ts'
import { RUN_KIND, toJournalEvent } from './run-event-log.ts'
import type { RunRegistry } from './run-registry.ts'
import { type FollowRun, openRunTail, type RunTail } from './run-tail.ts'

export interface RunDependencies extends ExecuteRunDependencies {
  journal: Journal
  follow: FollowRun
  plans: PlanCache
  checkStartFiles: CheckStartFiles
  registry: RunRegistry
  /** What the nodes of a flow may use; `ownerAppId` is the app that the flow belongs to. */
  servicesFor(ownerAppId: string): FlowServices
}

/** What the caller of a run asks for; the rest of `RunStarted` comes from the flow. */
export type RunRequest = Omit<RunStarted, 'type' | 'flowId' | 'version'>

export interface StartedRun {
  runId: string
  start: RunStarted
  plan: Plan
  /** All of its events, from the first on. */
  tail: RunTail
  /** Settles once nothing of the run happens in this process any more. Never rejects. */
  ended: Promise<ExecutionEnd>
}

/**
 * Starts a run of a resolved flow. Refused parameters start nothing. Resolves when the run is on disk: from then on it reaches its end
 * whatever happens to this process or to its caller.
 */
export const startRun = async (
  dependencies: RunDependencies,
  resolved: ResolvedFlow,
  request: RunRequest,
): Promise<StartedRun> => {
  const { journal, registry } = dependencies
  const { flow, version, definitionHash } = resolved
  const plan = await dependencies.plans.load(definitionHash)
  const fault = validateParameters(plan, request.parameters)
  if (fault) throw new ParametersInvalidError(fault)
  await dependencies.checkStartFiles(plan, request.parameters)
  const start: RunStarted = { type: 'run-started', flowId: flow.id, version, ...request }

  const writer = journal.start({
    kind: RUN_KIND,
    appId: request.appId,
    subjectId: flow.id,
    subjectVersion: definitionHash,
  })
  const tail = openRunTail(dependencies, writer.runId)
  try {
    writer.append(toJournalEvent(start))
    // Awaited only below, so that a quick flow needs a single flush; what costs or acts outside waits for the disk by itself.
    const accepted = writer.durable()
    const services = dependencies.servicesFor(flow.appId)
    const ended = registry.track(executeRun(dependencies, { writer, plan, start, past: [], services }))
    await accepted
    dependencies.metrics.started(start.mode)
    return { runId: writer.runId, start, plan, tail, ended }
  } catch (error) {
    tail.close()
    throw error
  }
}
