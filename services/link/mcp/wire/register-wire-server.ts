import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { INSTALLATION } from '../../tables.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { TIMEOUT_MS_DEFAULT } from '../servers/server-schemas.ts'
import { MCP_CODES, McpWireFault } from './mcp-wire-codes.ts'
import type { RegisterRequest } from './wire-requests.ts'

/**
 * Registers a server under `mcp@<type><flow id>`, or an id of its own where no flow is named; the same flow of the same app writes over what it had registered.
 * Throws McpWireFault, also for an address that calls may not reach.
 * @param ownerAppId whom it belongs to
 */
export const registerWireServer = async (
  dependencies: { mcp: McpDependencies; outbound: OutboundGuard },
  request: RegisterRequest,
  ownerAppId: string,
): Promise<{ name: string; id: string }> => {
  const url = request.mcp_server_url ?? ''
  if (url !== '') await checkUrl(dependencies.outbound, url)
  const flowId = request.flow_id ?? ''
  const id = `mcp@${request.type}${flowId || Bun.randomUUIDv7().replaceAll('-', '')}`
  const row = await dependencies.mcp.servers.replace({
    serverId: id,
    ownerAppId,
    name: request.name,
    description: request.description,
    type: request.type,
    flowId,
    schema: request.mcp_schema ?? '',
    transport: 'auto',
    url,
    command: '',
    args: [],
    sealed: null,
    timeoutMs: TIMEOUT_MS_DEFAULT,
    enabled: true,
  })
  if (!row)
    throw new McpWireFault('schemaInvalid', `${id} is ${ownerAppId === INSTALLATION ? "an app's" : "another app's"}`)
  // Tokens were had for the address of before.
  await dependencies.mcp.grants.deleteAll(id)
  void dependencies.mcp.connections.drop(id)
  return { name: row.name, id }
}

const checkUrl = async (outbound: OutboundGuard, url: string): Promise<void> => {
  try {
    await outbound.check(url)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // A name that has no address now may have one later, and is looked at again by each call.
    if (error.code === 'OUTBOUND_UNRESOLVED') return
    if (error.code === 'OUTBOUND_URL_INVALID') throw new McpWireFault('schemaInvalid', error.message, { cause: error })
    const name = error.details.range === 'loopback' ? 'loopback' : 'refused'
    throw new McpWireFault(name, error.message || MCP_CODES[name].text, { cause: error })
  }
}
