import type { ShortCache } from '#shared/http/short-cache.ts'
import type { McpClient, McpServer } from '../clients/mcp-client.ts'
import { SourceError } from '../errors.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import type { Asking, Discovered, SourceProblem } from './discovered.ts'

export interface McpDiscovery {
  mcp: McpClient
  mcpCache: ShortCache<McpServer>
}

interface WantedServer {
  kind: 'id' | 'url'
  name: string
}

/** Pins the tools of MCP servers, those known by id first. */
export const discoverMcpTools = async (
  discovery: McpDiscovery,
  wanted: { ids: readonly string[]; urls: readonly string[] },
  asking: Asking,
): Promise<Discovered> => {
  const servers: WantedServer[] = [
    ...wanted.ids.map((name) => ({ kind: 'id' as const, name })),
    ...wanted.urls.map((name) => ({ kind: 'url' as const, name })),
  ]
  const keyOf = (server: WantedServer) => JSON.stringify([asking.appId, server.kind, server.name])
  const unknown = servers.filter((server) => !discovery.mcpCache.get(keyOf(server)))
  const answers = await ask(discovery.mcp, unknown, asking)
  const problems: SourceProblem[] = []
  const tools: PinnedTool[] = []
  for (const server of servers) {
    const answer = answers.get(server) ?? discovery.mcpCache.get(keyOf(server)) ?? 'It is not in the answer.'
    if (typeof answer === 'string') problems.push({ kind: 'mcp', name: server.name, reason: answer })
    else if (answer.status !== 0) problems.push({ kind: 'mcp', name: server.name, reason: reasonOf(answer) })
    else {
      discovery.mcpCache.set(keyOf(server), answer)
      tools.push(...pinAll(server, answer))
    }
  }
  return { tools, problems }
}

const reasonOf = ({ status, message }: McpServer): string => `${status} ${message}`

/** What each server said, or why none could be asked. */
const ask = async (
  mcp: McpClient,
  servers: readonly WantedServer[],
  asking: Asking,
): Promise<Map<WantedServer, McpServer | string>> => {
  const namesOf = (kind: WantedServer['kind']) =>
    servers.filter((server) => server.kind === kind).map(({ name }) => name)
  try {
    const found = await mcp.list({ ids: namesOf('id'), urls: namesOf('url') }, asking)
    return new Map(
      servers.flatMap((server) => {
        const answer = found.find(({ id, url }) => server.name === (server.kind === 'id' ? id : url))
        return answer ? [[server, answer] as const] : []
      }),
    )
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return new Map(servers.map((server) => [server, error.message]))
  }
}

const pinAll = (server: WantedServer, { tools }: McpServer): PinnedTool[] =>
  tools.map(({ name, description, inputSchema, readOnly }) => ({
    definition: { name, description, parameters: inputSchema },
    hasEffect: !readOnly,
    reference: {
      kind: 'mcp',
      serverId: server.kind === 'id' ? server.name : '',
      serverUrl: server.kind === 'url' ? server.name : '',
      toolName: name,
    },
  }))
