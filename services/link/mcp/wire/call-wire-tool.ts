import type { McpCallResult, McpSession } from '#shared/mcp/mcp-session.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { TIMEOUT_MS_DEFAULT } from '../servers/server-schemas.ts'
import { requireWireServer, type WireCaller } from './list-wire-servers.ts'
import { toWireFault } from './mcp-wire-codes.ts'
import type { CallRequest } from './wire-requests.ts'

export interface WireCallData {
  isError: boolean
  content: Record<string, unknown>[]
  structuredContent?: Record<string, unknown>
}

/** Calls a tool; an address wins over an id. Throws McpWireFault. */
export const callWireTool = async (
  mcp: McpDependencies,
  request: CallRequest,
  caller: WireCaller,
): Promise<WireCallData> => {
  let isOpen = false
  const call = (timeoutMs: number) => (session: McpSession) => {
    isOpen = true
    return session.callTool(
      { name: request.tool_name, arguments: request.tool_args ?? {} },
      { timeoutMs, signal: caller.signal },
    )
  }
  try {
    if (request.mcp_server_url)
      return toData(await mcp.connections.useUrl({ url: request.mcp_server_url, ...caller }, call(TIMEOUT_MS_DEFAULT)))
    const id = request.mcp_server_id ?? ''
    const server = requireWireServer(id, await mcp.servers.find(caller.access, id))
    return toData(await mcp.connections.use({ server, ...caller }, call(server.timeoutMs)))
  } catch (error) {
    throw toWireFault(error, 'callFailed', isOpen)
  }
}

const toData = ({ isError, content, structuredContent }: McpCallResult): WireCallData => ({
  isError,
  content: content.map(withWireKey),
  ...(structuredContent && { structuredContent }),
})

/** Clients of the original read the media type under a name that it misspelt; ours is sent too. */
const withWireKey = (block: Record<string, unknown>): Record<string, unknown> =>
  typeof block.mimeType === 'string' ? { ...block, mineType: block.mimeType } : block
