import type { McpCallResult, McpSession, RequestLimits } from '#shared/mcp/mcp-session.ts'
import { ownerOf } from '../../tools/tool-access.ts'
import { callOnce } from '../call-once.ts'
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

/**
 * Calls a tool; an address wins over an id, unless it is the address of that very server, whose headers and tokens then go along. Throws McpWireFault.
 * @param idempotencyKey of a call that may be repeated, and is then made once
 */
export const callWireTool = async (
  mcp: McpDependencies,
  request: CallRequest,
  caller: WireCaller & { idempotencyKey: string | undefined },
): Promise<WireCallData> => {
  let isOpen = false
  const { access, signal, idempotencyKey } = caller
  const url = request.mcp_server_url ?? ''
  const id = request.mcp_server_id ?? ''
  const open = (work: Work, timeoutMs: number) => (session: McpSession) => {
    isOpen = true
    return work(session, { timeoutMs, signal })
  }
  try {
    const known = id === '' ? undefined : await mcp.servers.find(access, id)
    const isAddress = url !== '' && known?.url !== url
    const use = (work: Work): Promise<McpCallResult> => {
      if (isAddress) return mcp.connections.useUrl({ url, access, signal }, open(work, TIMEOUT_MS_DEFAULT))
      const server = requireWireServer(id, known)
      return mcp.connections.use({ server, access, signal }, open(work, server.timeoutMs))
    }
    const call = { name: request.tool_name, arguments: request.tool_args ?? {} }
    const keyed = { idempotencyKey, appId: ownerOf(access), server: isAddress ? url : id, call }
    const measured = (work: Work) =>
      mcp.linkMetrics.measure(
        'mcp',
        () => use(work),
        ({ isError }) => isError,
      )
    return toData(await callOnce(mcp.calls, keyed, measured))
  } catch (error) {
    throw toWireFault(error, 'callFailed', isOpen)
  }
}

type Work = (session: McpSession, limits: RequestLimits) => Promise<McpCallResult>

const toData = ({ isError, content, structuredContent }: McpCallResult): WireCallData => ({
  isError,
  content: content.map(withWireKey),
  ...(structuredContent && { structuredContent }),
})

/** Clients of the original read the media type under a name that it misspelt; ours is sent too. */
const withWireKey = (block: Record<string, unknown>): Record<string, unknown> =>
  typeof block.mimeType === 'string' ? { ...block, mineType: block.mimeType } : block
