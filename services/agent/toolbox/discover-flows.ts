import type { ShortCache } from '#shared/http/short-cache.ts'
import type { FlowClient, FlowDescription } from '../clients/flow-client.ts'
import { SourceError } from '../errors.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import type { Asking, Discovered, SourceProblem } from './discovered.ts'
import { toFlowDefinition } from './flow-definition.ts'

export interface FlowDiscovery {
  flows: FlowClient
  flowCache: ShortCache<FlowDescription>
}

/** Pins flows as tools, all asked at once. */
export const discoverFlows = async (
  discovery: FlowDiscovery,
  flowIds: readonly string[],
  asking: Asking,
): Promise<Discovered> => {
  const found = await Promise.all(flowIds.map((flowId) => describe(discovery, flowId, asking)))
  const problems: SourceProblem[] = []
  const tools: PinnedTool[] = []
  for (const [index, flow] of found.entries()) {
    const flowId = flowIds[index] ?? ''
    if (typeof flow === 'string') problems.push({ kind: 'workflow', name: flowId, reason: flow })
    else tools.push(pin(flowId, flow))
  }
  return { tools, problems }
}

const describe = async (
  { flows, flowCache }: FlowDiscovery,
  flowId: string,
  asking: Asking,
): Promise<FlowDescription | string> => {
  const key = JSON.stringify([asking.appId, flowId])
  const kept = flowCache.get(key)
  if (kept) return kept
  try {
    const flow = await flows.describe(flowId, asking)
    flowCache.set(key, flow)
    return flow
  } catch (error) {
    if (error instanceof SourceError) return error.message
    throw error
  }
}

const pin = (flowId: string, flow: FlowDescription): PinnedTool => ({
  definition: toFlowDefinition(flow),
  hasEffect: true,
  reference: { kind: 'workflow', flowId, version: '', name: flow.name || 'unknown' },
})
