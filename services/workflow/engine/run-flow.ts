import type { Plan } from '../definition/plan.ts'
import { validateParameters } from '../definition/validate-parameters.ts'
import type { RunFlow, RunOutcome } from './engine-contract.ts'
import type { FlowServices } from './flow-services.ts'
import { foldPast } from './fold-past.ts'
import { RunLoop } from './run-loop.ts'
import { createRunWriter } from './run-writer.ts'
import { ROOT_SCOPE } from './scope-path.ts'
import { ScopeScheduler } from './scope-scheduler.ts'

/** Runs a compiled flow to its end or its next wait, or goes on with one that was interrupted: see `RunFlow`. */
export const runFlow: RunFlow<Plan, FlowServices> = async (run) => {
  const { plan, start, signal } = run
  const past = foldPast(plan, run.past)
  if (past.isOver) return { state: 'ended' }
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<RunOutcome>()
  const loop = new RunLoop(run, past, { resolve, reject })
  const root = new ScopeScheduler({
    loop,
    plan,
    path: ROOT_SCOPE,
    past: past.scopes.get(ROOT_SCOPE),
    writer: createRunWriter({ emit: (event) => loop.emit(event), shown: past.shown.get(ROOT_SCOPE)?.current }),
    outer: undefined,
    run: start,
    services: run.services,
    parameters: start.parameters,
    onEnd: ({ failure, usage }) =>
      loop.finish(
        failure ? { type: 'run-failed', ...failure } : { type: 'run-completed', usage, executedMs: loop.elapsedMs },
      ),
  })
  const abort = () => loop.abandon(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  run.onInbox?.(loop.waits.deliver)
  loop.attend(() => {
    const fault = validateParameters(plan, start.parameters)
    if (fault) loop.finish({ type: 'run-failed', code: fault.code, message: fault.message })
    else root.begin()
  })
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
