import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { SourceError } from '../errors.ts'
import { isFields } from '../wire/read-fields.ts'
import type { GatewayClient } from './gateway-client.ts'

/** Milliseconds. */
const LIMITS = { listMsMax: 40_000, callMsMax: 40_000 }

/** What one server says of itself. `status` other than 0: it could not be asked. */
export interface McpServer {
  /** '' for a server that is known by its address alone, and the other way round. */
  id: string
  url: string
  status: number
  message: string
  tools: McpTool[]
}

export interface McpTool {
  name: string
  description: string
  /** JSON Schema of the arguments object. */
  inputSchema: Record<string, unknown>
  /** True when the server says that calling it changes nothing. */
  readOnly: boolean
}

export interface McpCall {
  appId: string
  sid: string
  serverId: string
  serverUrl: string
  toolName: string
  input: Record<string, unknown>
  idempotencyKey: string
  signal: AbortSignal
}

/** MCP servers as the link service reaches them. Every method throws SourceError, or the reason of its signal. */
export interface McpClient {
  /** The servers in the order asked for, ids first. None are asked for without a call. */
  list(
    servers: { ids: readonly string[]; urls: readonly string[] },
    asked: { appId: string; sid: string; signal: AbortSignal },
  ): Promise<McpServer[]>
  /** The whole reply, whatever its code. */
  call(call: McpCall): Promise<unknown>
}

export const createMcpClient = (gateway: GatewayClient, limits = LIMITS): McpClient => ({
  async list({ ids, urls }, { appId, sid, signal }) {
    if (ids.length + urls.length === 0) return []
    const answer = await gateway.ask({
      method: 'POST',
      path: '/api/v1/mcp/tool_list',
      appId,
      body: { sid, mcp_server_ids: ids, mcp_server_urls: urls },
      msMax: limits.listMsMax,
      isRepeatable: true,
      signal,
    })
    if (!isFields(answer)) throw new SourceError('unreadable', 'The list of tools cannot be read.')
    if (answer.code !== 0) throw new SourceError('refused', `${answer.code} ${answer.message}`)
    const servers = isFields(answer.data) && Array.isArray(answer.data.servers) ? answer.data.servers : []
    return servers.filter(isFields).map(toServer)
  },

  call: ({ appId, sid, serverId, serverUrl, toolName, input, idempotencyKey, signal }) =>
    gateway.ask({
      method: 'POST',
      path: '/api/v1/mcp/call_tool',
      appId,
      headers: { [IDEMPOTENCY_HEADER]: toIdempotencyHeader(idempotencyKey) },
      body: { mcp_server_id: serverId, mcp_server_url: serverUrl, tool_name: toolName, tool_args: input, sid },
      msMax: limits.callMsMax,
      signal,
    }),
})

const toServer = (server: Readonly<Record<string, unknown>>): McpServer => ({
  id: textOf(server.server_id),
  url: textOf(server.server_url),
  status: typeof server.server_status === 'number' ? server.server_status : 0,
  message: textOf(server.server_message),
  tools: (Array.isArray(server.tools) ? server.tools : []).filter(isFields).flatMap(toTool),
})

const toTool = (tool: Readonly<Record<string, unknown>>): McpTool[] => {
  const { name, description, inputSchema, annotations } = tool
  if (typeof name !== 'string' || name === '') return []
  return [
    {
      name,
      description: textOf(description),
      inputSchema: isFields(inputSchema) ? inputSchema : { type: 'object', properties: {} },
      readOnly: isFields(annotations) && annotations.readOnlyHint === true,
    },
  ]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
