import type { Caller } from '#shared/http/caller.ts'
import { FlowNotPublishedError } from '../errors.ts'
import type { FlowWriting } from './add-flow.ts'
import { findOwnFlow } from './flow-access.ts'
import { isBindable } from './release-policy.ts'
import { requireBindable, requirePublisher } from './require-registered.ts'

/** Lets another app run a published flow. Only who may see the flow can grant this. */
export const bindApp = async (
  { stores, apps }: Pick<FlowWriting, 'stores' | 'apps'>,
  caller: Caller,
  input: { flowId: string; appId: string },
): Promise<void> => {
  await requirePublisher(apps, caller)
  const flow = await findOwnFlow(stores.flows, caller, input.flowId)
  if (!isBindable(flow.releaseBits)) throw new FlowNotPublishedError(input.flowId)
  await requireBindable(apps, caller, input.appId)
  await stores.licences.bind(input.appId, flow.groupId)
}
