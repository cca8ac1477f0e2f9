import { type Caller, mayUse } from '#shared/http/caller.ts'
import { FlowNotFoundError } from '../errors.ts'
import type { FlowStores } from './flow-stores.ts'

/** Deletes a flow of the named app, with its versions and licences. Runs under way go on: their definition stays. */
export const deleteFlow = async (
  stores: FlowStores,
  caller: Caller,
  input: { flowId: string; appId: string },
): Promise<void> => {
  const removed = mayUse(caller, input.appId) && (await stores.flows.remove(input.flowId, input.appId))
  if (!removed) throw new FlowNotFoundError(input.flowId)
}
