import type { Caller } from '#shared/http/caller.ts'
import { FlowStatusInvalidError } from '../errors.ts'
import type { FlowRow } from '../tables.ts'
import type { AppDirectory } from './app-directory.ts'
import { ownerFor } from './flow-access.ts'
import type { FlowStores } from './flow-stores.ts'

export interface FlowWriting {
  stores: FlowStores
  apps: AppDirectory
  /** Throws FlowProtocolError when the protocol cannot be compiled. */
  checkDefinition(definition: Record<string, unknown>): void
  nextId(): string
}

export interface FlowDraft {
  name: string
  description: string
  appId: string | undefined
  status: number
  source?: number | undefined
  tag?: number | undefined
  definition: Record<string, unknown> | undefined
}

/** Creates a flow as a draft. Its protocol, if it has one already, is compiled first: what cannot run is not stored. */
export const addFlow = async (writing: FlowWriting, caller: Caller, draft: FlowDraft): Promise<FlowRow> => {
  const appId = ownerFor(caller, draft.appId)
  if (draft.status !== 0 && draft.status !== 1) throw new FlowStatusInvalidError(draft.status)
  if (draft.definition) writing.checkDefinition(draft.definition)
  const id = writing.nextId()
  return writing.stores.atomically(async ({ flows, definitions }) =>
    flows.insert({
      id,
      groupId: writing.nextId(),
      appId,
      name: draft.name,
      description: draft.description,
      status: draft.status,
      source: draft.source ?? 1,
      tag: draft.tag ?? 0,
      definitionHash: draft.definition ? await definitions.put(draft.definition) : null,
    }),
  )
}
