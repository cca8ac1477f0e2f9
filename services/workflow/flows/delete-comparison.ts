import type { Caller } from '#shared/http/caller.ts'
import { ComparisonNotFoundError } from '../errors.ts'
import { findOwnFlow } from './flow-access.ts'
import type { FlowStores } from './flow-stores.ts'

/** Forgets a protocol that was saved for comparison. Runs of it that are under way go on: its definition stays. */
export const deleteComparison = async (
  stores: FlowStores,
  caller: Caller,
  input: { flowId: string; version: string },
): Promise<void> => {
  await findOwnFlow(stores.flows, caller, input.flowId)
  const removed = await stores.comparisons.remove(input.flowId, input.version)
  if (!removed) throw new ComparisonNotFoundError(input.flowId, input.version)
}
