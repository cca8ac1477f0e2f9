import type { KnowledgeClient } from '../clients/knowledge-client.ts'
import { SourceError } from '../errors.ts'
import type { KnowledgeChunk, KnowledgeSearch } from '../loop/pinned-knowledge.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import { discoverFlows, type FlowDiscovery } from '../toolbox/discover-flows.ts'
import { discoverLinkTools, type LinkDiscovery } from '../toolbox/discover-link-tools.ts'
import { discoverMcpTools, type McpDiscovery } from '../toolbox/discover-mcp-tools.ts'
import { type Asking, type SourceProblem, toNotice, toWireError } from '../toolbox/discovered.ts'
import { nameTools } from '../toolbox/tool-names.ts'
import type { Plugins } from './plugins.ts'

/** Where tools and knowledge come from, with what was learned of them a moment ago. */
export interface TurnSources extends LinkDiscovery, McpDiscovery, FlowDiscovery {
  knowledge: KnowledgeClient
}

export interface PinPluginsDependencies {
  sources: TurnSources
}

export interface PinnedPlugins {
  tools: PinnedTool[]
  chunks: KnowledgeChunk[]
  /** Sources that could not be reached, one sentence each. */
  unavailable: string[]
}

/**
 * Looks up all sources at the same time: tools in the order link, MCP, flows, and the passages for the question. Throws WireError for the first
 * one that cannot be reached, unless the turn may go on without it.
 */
export const pinPlugins = async (
  { sources }: PinPluginsDependencies,
  plugins: Plugins,
  turn: Asking & { question: string; onBrokenSource: 'fail' | 'degrade' },
): Promise<PinnedPlugins> => {
  const [link, mcp, flows, found] = await Promise.all([
    discoverLinkTools(sources, plugins.tools, turn),
    discoverMcpTools(sources, { ids: plugins.mcpServerIds, urls: plugins.mcpServerUrls }, turn),
    discoverFlows(sources, plugins.flowIds, turn),
    searchAll(sources.knowledge, plugins.knowledge, turn),
  ])
  const problems = [
    ...link.problems,
    ...mcp.problems,
    ...flows.problems,
    ...found.flatMap((answer) => (isProblem(answer) ? [answer] : [])),
  ]
  const [first] = problems
  if (first && turn.onBrokenSource === 'fail') throw toWireError(first)
  return {
    tools: nameTools([...link.tools, ...mcp.tools, ...flows.tools]),
    chunks: found.flatMap((answer) => (isProblem(answer) ? [] : answer)),
    unavailable: problems.map(toNotice),
  }
}

const isProblem = (answer: KnowledgeChunk[] | SourceProblem): answer is SourceProblem => !Array.isArray(answer)

const searchAll = (
  knowledge: KnowledgeClient,
  searches: readonly KnowledgeSearch[],
  turn: Asking & { question: string },
): Promise<(KnowledgeChunk[] | SourceProblem)[]> =>
  Promise.all(
    searches.map(async (search) => {
      try {
        return await knowledge.search(search, { query: turn.question, appId: turn.appId, signal: turn.signal })
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        return { kind: 'knowledge' as const, name: search.name, reason: error.message }
      }
    }),
  )
