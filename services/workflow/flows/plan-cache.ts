import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import type { Plan } from '../definition/plan.ts'
import type { FlowStores } from './flow-stores.ts'

/** Compiled plans kept in memory; the least recently used one goes first. A plan of 100 nodes takes some 100 kB. */
const PLANS_MAX = 500

export interface PlanCache {
  /** The plan of a stored definition. Compiled once per process; throws FlowProtocolError when it no longer compiles. */
  load(definitionHash: string): Promise<Plan>
}

/** Definitions never change under their hash, so a plan is never stale. */
export const createPlanCache = (
  definitions: FlowStores['definitions'],
  compile: (definition: unknown) => Plan,
): PlanCache => {
  const plans = new Map<string, Plan>()

  const remember = (hash: string, plan: Plan) => {
    plans.delete(hash)
    plans.set(hash, plan)
    const oldest = plans.size > PLANS_MAX ? plans.keys().next().value : undefined
    if (oldest !== undefined) plans.delete(oldest)
    return plan
  }

  return {
    async load(hash) {
      const known = plans.get(hash)
      if (known) return remember(hash, known)
      const definition = await definitions.find(hash)
      if (!definition) throw new FlowProtocolError(`the definition ${hash} is not stored`)
      return remember(hash, compile(definition))
    },
  }
}
