import { type Caller, mayUse } from '#shared/http/caller.ts'
import { AppMismatchError, FlowNotFoundError, FlowOwnerMissingError } from '../errors.ts'
import type { FlowRow } from '../tables.ts'
import type { FlowStores } from './flow-stores.ts'

/** The app that a new flow will belong to: the named one, else the caller's. An app cannot create flows for another. */
export const ownerFor = (caller: Caller, named: string | undefined): string => {
  const owner = named || caller.appId
  if (!owner) throw new FlowOwnerMissingError()
  if (!mayUse(caller, owner)) throw new AppMismatchError(owner)
  return owner
}

/** The flow, when it exists and the caller may see it. Another app's flow looks like one that does not exist. */
export const findOwnFlow = async (flows: FlowStores['flows'], caller: Caller, flowId: string): Promise<FlowRow> => {
  const flow = await flows.find(flowId)
  if (!flow || !mayUse(caller, flow.appId)) throw new FlowNotFoundError(flowId)
  return flow
}
