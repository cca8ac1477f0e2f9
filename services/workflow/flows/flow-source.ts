import type { FlowServices, FlowSource } from '../engine/flow-services.ts'
import type { FlowStores } from './flow-stores.ts'
import type { PlanCache } from './plan-cache.ts'
import { resolveRelease } from './resolve-flow.ts'

/**
 * Flows that a flow may run inside of itself: what its owner may run over the API.
 * @param callerAppId owner of the calling flow
 */
export const createFlowSource = (
  dependencies: { stores: FlowStores; plans: PlanCache; servicesFor(ownerAppId: string): FlowServices },
  callerAppId: string,
): FlowSource => ({
  async resolve({ flowId, version }) {
    const resolved = await resolveRelease(dependencies.stores, { flowId, appId: callerAppId, version })
    const { flow, definitionHash } = resolved
    return { definitionHash, version: resolved.version, ownerAppId: flow.appId ?? callerAppId, callerAppId }
  },
  load: (definitionHash) => dependencies.plans.load(definitionHash),
  servicesFor: (ownerAppId) => dependencies.servicesFor(ownerAppId),
})
