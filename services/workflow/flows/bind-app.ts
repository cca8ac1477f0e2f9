import type { Caller } from '#shared/http/caller.ts'
import { FlowNotPublishedError } from '../errors.ts'
import { findOwnFlow } from './flow-access.ts'
import type { FlowStores } from './flow-stores.ts'
import { isBindable } from './release-policy.ts'

/** Lets another app run a published flow. Only who may see the flow can grant this. */
export const bindApp = async (
  stores: FlowStores,
  caller: Caller,
  input: { flowId: string; appId: string },
): Promise<void> => {
  const flow = await findOwnFlow(stores.flows, caller, input.flowId)
  if (!isBindable(flow.releaseBits)) throw new FlowNotPublishedError(input.flowId)
  await stores.licences.bind(input.appId, flow.groupId)
}
