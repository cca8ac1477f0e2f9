import type { Caller } from '#shared/http/caller.ts'
import { FlowNotFoundError } from '../errors.ts'
import type { FlowRow } from '../tables.ts'
import type { FlowWriting } from './add-flow.ts'
import { findOwnFlow, ownerFor } from './flow-access.ts'
import type { FlowChanges } from './flow-repository.ts'
import { requirePublisher } from './require-registered.ts'

export interface FlowUpdate {
  name?: string | undefined
  description?: string | undefined
  appId?: string | undefined
  /** Above 0: the draft becomes the release of the flow's own app. */
  status?: number | undefined
  definition?: Record<string, unknown> | undefined
}

/** Changes what is given. A protocol is compiled first; runs that are under way keep the one they started with. */
export const updateFlow = async (
  writing: FlowWriting,
  caller: Caller,
  input: { flowId: string; update: FlowUpdate },
): Promise<FlowRow> => {
  const { flowId, update } = input
  if (update.status) await requirePublisher(writing.apps, caller)
  const known = await findOwnFlow(writing.stores.flows, caller, flowId)
  const appId = update.appId ? ownerFor(caller, update.appId) : known.appId
  if (update.definition) writing.checkDefinition(update.definition)
  return writing.stores.atomically(async ({ flows, definitions, licences }) => {
    const flow = await flows.lock(flowId)
    if (!flow) throw new FlowNotFoundError(flowId)
    const definitionHash = update.definition ? await definitions.put(update.definition) : flow.definitionHash
    const changes: FlowChanges = {
      appId,
      name: update.name ?? flow.name,
      description: update.description ?? flow.description,
      definitionHash,
    }
    if (update.status) {
      changes.status = update.status
      changes.releaseHash = definitionHash
      await licences.bind(appId, flow.groupId)
    }
    return (await flows.update(flowId, changes)) ?? flow
  })
}
