import type { Caller } from '#shared/http/caller.ts'
import {
  FlowNotFoundError,
  FlowNotPublishedError,
  FlowWithoutProtocolError,
  LicenceDisabledError,
  LicenceMissingError,
} from '../errors.ts'
import type { FlowRow } from '../tables.ts'
import { findOwnFlow } from './flow-access.ts'
import type { FlowStores } from './flow-stores.ts'
import { isRunnable } from './release-policy.ts'
import { newestVersion } from './version-order.ts'

/** What a run will execute: pinned, so that later edits do not touch it. */
export interface ResolvedFlow {
  flow: FlowRow
  /** Name of the published version; '' for a draft or an unnamed release. */
  version: string
  definitionHash: string
}

/** The published definition that an app may run: licence first, on every call, then the exact or the newest version. */
export const resolveRelease = async (
  stores: FlowStores,
  input: { flowId: string; appId: string; version: string },
): Promise<ResolvedFlow> => {
  const { flowId, appId, version } = input
  const flow = await stores.flows.find(flowId)
  if (!flow) throw new FlowNotFoundError(flowId)
  const licence = await stores.licences.status(appId, flow.groupId)
  if (licence === undefined) throw new LicenceMissingError(appId, flowId)
  if (licence === 0) throw new LicenceDisabledError(appId, flowId)
  if (!isRunnable(flow.releaseBits)) throw new FlowNotPublishedError(flowId, version)
  return findVersion(stores, flow, version)
}

/** The draft, or when one is named a protocol kept for comparison or a published version, for whoever may see the flow. */
export const resolveDraft = async (
  stores: FlowStores,
  caller: Caller,
  input: { flowId: string; version: string },
): Promise<ResolvedFlow> => {
  const flow = await findOwnFlow(stores.flows, caller, input.flowId)
  if (input.version) {
    const compared = await stores.comparisons.find(flow.id, input.version)
    if (compared) return { flow, version: input.version, definitionHash: compared }
    return findVersion(stores, flow, input.version)
  }
  if (!flow.definitionHash) throw new FlowWithoutProtocolError(flow.id)
  return { flow, version: '', definitionHash: flow.definitionHash }
}

const findVersion = async (stores: FlowStores, flow: FlowRow, version: string): Promise<ResolvedFlow> => {
  const row = version
    ? await stores.versions.find(flow.id, version)
    : newestVersion(await stores.versions.list(flow.id))
  if (row) return { flow, version: row.version, definitionHash: row.definitionHash }
  if (version || !flow.releaseHash) throw new FlowNotPublishedError(flow.id, version)
  return { flow, version: '', definitionHash: flow.releaseHash }
}
