import type { Caller } from '#shared/http/caller.ts'
import type { FlowWriting } from './add-flow.ts'
import { findOwnFlow } from './flow-access.ts'

/**
 * Keeps a protocol beside a flow, so that its prompts can be compared with the draft's: it runs in debug mode under its version name, and no
 * publication ever sees it.
 */
export const saveComparison = async (
  { stores, checkDefinition }: FlowWriting,
  caller: Caller,
  input: { flowId: string; version: string; definition: Record<string, unknown> },
): Promise<void> => {
  await findOwnFlow(stores.flows, caller, input.flowId)
  checkDefinition(input.definition)
  await stores.atomically(async ({ comparisons, definitions }) => {
    await comparisons.put(input.flowId, input.version, await definitions.put(input.definition))
  })
}
