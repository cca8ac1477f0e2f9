import type { ShortCache } from '#shared/http/short-cache.ts'
import type { LinkClient, ToolVersion } from '../clients/link-client.ts'
import { SourceError } from '../errors.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import { pinBuiltIn } from '../loop/upgrade-turn.ts'
import type { Asking, Discovered, SourceProblem } from './discovered.ts'
import type { LinkTool } from './read-link-document.ts'

export interface LinkDiscovery {
  link: LinkClient
  linkCache: ShortCache<LinkTool[]>
}

/** Pins the operations of tools of the link service, and built-in tools, which need no question. */
export const discoverLinkTools = async (
  discovery: LinkDiscovery,
  wanted: readonly ToolVersion[],
  asking: Asking,
): Promise<Discovered> => {
  const keyOf = (tool: ToolVersion) => JSON.stringify([asking.appId, tool.toolId, tool.version])
  const builtIn = new Map(wanted.map((tool) => [tool, pinBuiltIn(tool.toolId)]))
  const foreign = wanted.filter((tool) => builtIn.get(tool)?.length === 0)
  const problems: SourceProblem[] = []
  const found = new Map<ToolVersion, LinkTool[]>()
  const unknown: ToolVersion[] = []
  for (const tool of foreign) {
    const kept = discovery.linkCache.get(keyOf(tool))
    if (kept) found.set(tool, kept)
    else unknown.push(tool)
  }
  for (const { tool, operations, reason } of await ask(discovery.link, unknown, asking)) {
    if (operations) {
      found.set(tool, operations)
      discovery.linkCache.set(keyOf(tool), operations)
    } else problems.push({ kind: 'link', name: tool.toolId, reason })
  }
  const tools = wanted.flatMap((tool) => [...(builtIn.get(tool) ?? []), ...pinAll(tool, found.get(tool) ?? [])])
  return { tools, problems }
}

type Answer = { tool: ToolVersion } & (
  | { operations: LinkTool[]; reason?: never }
  | { operations?: never; reason: string }
)

/** All at once; one by one where that fails, because a single missing tool fails all of them. */
const ask = async (link: LinkClient, tools: readonly ToolVersion[], asking: Asking): Promise<Answer[]> => {
  try {
    const lists = await link.operationsOf(tools, asking)
    return tools.map((tool, index) => ({ tool, operations: lists[index] ?? [] }))
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const [first] = tools
    if (tools.length === 1 && first) return [{ tool: first, reason: error.message }]
    if (error.reason !== 'refused') return tools.map((tool) => ({ tool, reason: error.message }))
    return (await Promise.all(tools.map((tool) => ask(link, [tool], asking)))).flat()
  }
}

const pinAll = ({ toolId, version }: ToolVersion, operations: readonly LinkTool[]): PinnedTool[] =>
  operations.map(({ definition, operation, hasEffect }) => ({
    definition,
    hasEffect,
    reference: { kind: 'link', toolId, version, operation },
  }))
