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
  const facts = await stores.releases.find({ flowId, appId, version })
  if (!facts) throw new FlowNotFoundError(flowId)
  const { flow, licence, versions } = facts
  if (licence === undefined) throw new LicenceMissingError(appId, flowId)
  if (licence === 0) throw new LicenceDisabledError(appId, flowId)
  if (!isRunnable(flow.releaseBits)) throw new FlowNotPublishedError(flowId, version)
  return chooseVersion(flow, version, newestVersion(versions))
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

const findVersion = async (stores: FlowStores, flow: FlowRow, version: string): Promise<ResolvedFlow> =>
  chooseVersion(flow, version, await stores.versions.find(flow.id, version))

/** The named or newest version; without one, what was released without a name. */
const chooseVersion = (
  flow: FlowRow,
  wanted: string,
  found: { version: string; definitionHash: string } | undefined,
): ResolvedFlow => {
  if (found) return { flow, version: found.version, definitionHash: found.definitionHash }
  if (wanted || !flow.releaseHash) throw new FlowNotPublishedError(flow.id, wanted)
  return { flow, version: '', definitionHash: flow.releaseHash }
}
