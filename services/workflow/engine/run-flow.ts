import type { Plan } from '../definition/plan.ts'
import type { RunFlow } from './engine-contract.ts'
import { FlowScheduler } from './flow-scheduler.ts'
import type { FlowServices } from './flow-services.ts'
import { foldPast } from './fold-past.ts'

/** Runs a compiled flow to its end, or goes on with one that was interrupted: see `RunFlow`. */
export const runFlow: RunFlow<Plan, FlowServices> = async (run) => {
  const past = foldPast(run.plan, run.past)
  if (past.isOver) return
  run.signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const scheduler = new FlowScheduler(run, past, { resolve, reject })
  const abort = () => scheduler.abandon(run.signal.reason)
  run.signal.addEventListener('abort', abort, { once: true })
  scheduler.begin()
  await promise.finally(() => run.signal.removeEventListener('abort', abort))
}
