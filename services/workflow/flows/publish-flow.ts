import type { Caller } from '#shared/http/caller.ts'
import { FlowNotFoundError, FlowWithoutProtocolError, ReleaseNotOfferedError } from '../errors.ts'
import type { FlowWriting } from './add-flow.ts'
import { findOwnFlow } from './flow-access.ts'
import type { FlowChanges } from './flow-repository.ts'
import type { FlowStores } from './flow-stores.ts'
import { nextReleaseBits, type Platform, type ReleaseAction } from './release-policy.ts'
import { requirePublisher } from './require-registered.ts'

export interface Publication {
  flowId: string
  action: ReleaseAction
  /** 0: the platform that the flow was made on. */
  platform: Platform | 0
  /** '' releases the draft without a name. */
  version: string
  /** Replaces the draft before it is released. */
  definition?: Record<string, unknown> | undefined
}

/**
 * Publishes a flow, or takes it down. Publishing pins the draft by its hash, under the version's name where there is one, and lets the
 * owner's app run it.
 */
export const publishFlow = async (writing: FlowWriting, caller: Caller, publication: Publication): Promise<void> => {
  await requirePublisher(writing.apps, caller)
  await findOwnFlow(writing.stores.flows, caller, publication.flowId)
  if (publication.definition) writing.checkDefinition(publication.definition)
  await writing.stores.atomically((stores) => release(stores, publication))
}

/** The part that needs a transaction; the starters use it inside their own. */
export const release = async (stores: FlowStores, publication: Publication): Promise<void> => {
  const { flowId, action, version } = publication
  const flow = await stores.flows.lock(flowId)
  if (!flow) throw new FlowNotFoundError(flowId)
  const platform = (publication.platform || flow.source) as Platform // both columns hold 1, 2 or 4 only
  const releaseBits = nextReleaseBits(flow.releaseBits, platform, action)
  if (releaseBits === undefined) throw new ReleaseNotOfferedError(platform, action)
  if (action === 3) {
    await stores.flows.update(flowId, { releaseBits })
    return
  }
  const definitionHash = publication.definition
    ? await stores.definitions.put(publication.definition)
    : flow.definitionHash
  if (!definitionHash) throw new FlowWithoutProtocolError(flowId)
  const changes: FlowChanges = { releaseBits, definitionHash }
  if (version) await stores.versions.put(flowId, version, definitionHash)
  else changes.releaseHash = definitionHash
  await stores.flows.update(flowId, changes)
  await stores.licences.bind(flow.appId, flow.groupId)
}
