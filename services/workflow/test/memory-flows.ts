import type { Plan } from '../definition/plan.ts'
import type { FlowServices, FlowSource } from '../engine/flow-services.ts'
import { FlowNotFoundError } from '../errors.ts'

/** Published flows that a test knows, by id. */
export const memoryFlows = (plans: Record<string, Plan>, servicesFor: () => FlowServices): FlowSource => ({
  resolve: async ({ flowId, version }) => {
    if (!plans[flowId]) throw new FlowNotFoundError(flowId)
    return { definitionHash: flowId, version, ownerAppId: 'owner', callerAppId: 'caller' }
  },
  load: async (hash) => plans[hash] as Plan,
  servicesFor,
})
