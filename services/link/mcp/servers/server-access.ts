import { type Caller, readCaller } from '#shared/http/caller.ts'
import { INSTALLATION, type McpServerRow } from '../../tables.ts'
import { readAccess, type ToolAccess } from '../../tools/tool-access.ts'
import {
  McpProgramForbiddenError,
  McpServerDisabledError,
  McpServerNotFoundError,
  McpServerOwnerError,
} from '../errors.ts'
import type { ServerRepository } from './server-repository.ts'

/** A server that the caller may see. Throws McpServerNotFoundError. */
export const requireServer = async (
  servers: ServerRepository,
  request: Request,
  serverId: string,
): Promise<{ access: ToolAccess; row: McpServerRow }> => {
  const access = readAccess(request.headers)
  const row = await servers.find(access, serverId)
  if (!row) throw new McpServerNotFoundError(serverId)
  return { access, row }
}

/** A server that the caller may use now. */
export const requireUsable = async (servers: ServerRepository, request: Request, serverId: string) => {
  const found = await requireServer(servers, request, serverId)
  if (!found.row.enabled) throw new McpServerDisabledError(serverId)
  return found
}

/** A server that the caller may change: its own, or the installation's for root, whichever app root acts for. */
export const requireOwned = async (servers: ServerRepository, request: Request, serverId: string) => {
  const found = await requireServer(servers, request, serverId)
  const { access, row } = found
  if (access.appId === undefined || row.ownerAppId === access.appId) return found
  if (row.ownerAppId !== INSTALLATION) throw new McpServerNotFoundError(serverId)
  if (readCaller(request.headers).role !== 'root') throw new McpServerOwnerError(serverId)
  return found
}

/** Throws McpProgramForbiddenError for everybody but root and administrators, who act as root. */
export const requireProgramRight = (request: Request): void => {
  const caller: Caller = readCaller(request.headers)
  if (caller.role !== 'root') throw new McpProgramForbiddenError()
}
