import type { McpTool } from '#shared/mcp/mcp-tool.ts'
import type { McpServerRow } from '../../tables.ts'
import type { ToolAccess } from '../../tools/tool-access.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { MCP_CODES, McpWireFault, toWireFault } from './mcp-wire-codes.ts'
import type { ListRequest } from './wire-requests.ts'

/** Servers that are asked at the same time. */
const SERVERS_AT_ONCE = 16
/** The agent of the original waits 40 s for the whole list, and a session may take 20 s to open. */
const LIST_MS_MAX = 15_000

export interface WireCaller {
  access: ToolAccess
  signal: AbortSignal
}

export interface WireServer {
  server_id?: string
  server_url?: string
  server_status: number
  server_message: string
  tools: {
    name: string
    description?: string
    inputSchema: Record<string, unknown>
    annotations?: Record<string, unknown>
  }[]
}

/** The tools of each server, in the order of the request, ids first. A server that does not answer says so in its own entry. */
export const listWireServers = async (
  mcp: McpDependencies,
  request: ListRequest,
  caller: WireCaller,
): Promise<WireServer[]> => {
  const ids = request.mcp_server_ids ?? []
  const rows = new Map((await mcp.servers.findMany(caller.access, ids)).map((row) => [row.serverId, row]))
  const work = [
    ...ids.map((id) => () => listById(mcp, { id, row: rows.get(id) }, caller)),
    ...(request.mcp_server_urls ?? []).map((url) => () => listByUrl(mcp, url, caller)),
  ]
  const results: WireServer[] = new Array(work.length)
  const next = work.entries()
  const run = async (): Promise<void> => {
    for (const [place, ask] of next) results[place] = await ask()
  }
  await Promise.all(Array.from({ length: Math.min(SERVERS_AT_ONCE, work.length) }, run))
  return results
}

const listById = async (
  mcp: McpDependencies,
  { id, row }: { id: string; row: McpServerRow | undefined },
  caller: WireCaller,
): Promise<WireServer> =>
  answer({ server_id: id, ...(row?.url && { server_url: row.url }) }, async (opened) => {
    const server = requireWireServer(id, row)
    return mcp.connections.use({ server, ...caller }, (session) => {
      opened()
      return session.listTools({ timeoutMs: LIST_MS_MAX, signal: caller.signal })
    })
  })

const listByUrl = async (mcp: McpDependencies, url: string, caller: WireCaller): Promise<WireServer> =>
  answer({ server_url: url }, async (opened) => {
    if (url === '') throw new McpWireFault('urlEmpty')
    return mcp.connections.useUrl({ url, ...caller }, (session) => {
      opened()
      return session.listTools({ timeoutMs: LIST_MS_MAX, signal: caller.signal })
    })
  })

/** The row, if it can be called. Throws McpWireFault. */
export const requireWireServer = (id: string, row: McpServerRow | undefined): McpServerRow => {
  if (id === '') throw new McpWireFault('serverIdEmpty')
  if (!row) throw new McpWireFault('serverUnknown', id)
  if (!row.enabled) throw new McpWireFault('serverUnknown', `${id} is disabled`)
  if (row.transport !== 'stdio' && row.url === '') throw new McpWireFault('urlEmpty', id)
  return row
}

const answer = async (
  head: { server_id?: string; server_url?: string },
  ask: (opened: () => void) => Promise<McpTool[]>,
): Promise<WireServer> => {
  let isOpen = false
  try {
    const tools = await ask(() => {
      isOpen = true
    })
    return { ...head, server_status: 0, server_message: MCP_CODES.ok.text, tools: tools.map(toWireTool) }
  } catch (error) {
    const fault = toWireFault(error, 'listFailed', isOpen)
    return { ...head, server_status: fault.code, server_message: fault.message, tools: [] }
  }
}

const toWireTool = ({ name, description, inputSchema, annotations }: McpTool) => ({
  name,
  ...(description !== undefined && { description }),
  inputSchema,
  ...(annotations && { annotations }),
})
