import { AppError } from '#shared/errors/app-error.ts'

export class McpServerNotFoundError extends AppError {
  readonly code = 'LINK_MCP_SERVER_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(serverId: string) {
    super(`MCP server ${serverId} does not exist.`, {
      remedy: 'List the servers with GET /api/mcp-servers.',
      details: { serverId },
    })
  }
}

export class McpServerOwnerError extends AppError {
  readonly code = 'LINK_MCP_SERVER_OWNER_REQUIRED'
  readonly kind = 'forbidden'

  constructor(serverId: string) {
    super(`MCP server ${serverId} belongs to the installation: apps may use it, but not change it.`, {
      remedy: 'Call with the root key, or add the server as one of your own.',
      details: { serverId },
    })
  }
}

export class McpServerDisabledError extends AppError {
  readonly code = 'LINK_MCP_SERVER_DISABLED'
  readonly kind = 'conflict'

  constructor(serverId: string) {
    super(`MCP server ${serverId} is disabled.`, {
      remedy: 'Enable it with PATCH /api/mcp-servers/{serverId}.',
      details: { serverId },
    })
  }
}

/** Programs run on this machine with the rights of the service, so only those who own the machine choose them. */
export class McpProgramForbiddenError extends AppError {
  readonly code = 'LINK_MCP_PROGRAM_FORBIDDEN'
  readonly kind = 'forbidden'

  constructor() {
    super('Only the root key or an administrator may add or change an MCP server that is a program.', {
      remedy: 'Ask an administrator, or use a server that is reached by its URL.',
    })
  }
}

export class McpServerInvalidError extends AppError {
  readonly code = 'LINK_MCP_SERVER_INVALID'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`This is no MCP server: ${reason}.`, {
      remedy: 'Give a url, or with the transport stdio a command.',
    })
  }
}

/** The server is of a kind that nobody signs in to. */
export class McpSignInUnfitError extends AppError {
  readonly code = 'LINK_MCP_SIGN_IN_UNFIT'
  readonly kind = 'conflict'

  constructor(serverId: string, reason: string) {
    super(`Nobody can sign in to MCP server ${serverId}: ${reason}.`, {
      remedy: 'Use it as it is, or change how it is reached.',
      details: { serverId },
    })
  }
}

/** The state that the browser brought back is unknown, used, or too old. */
export class McpSignInUnknownError extends AppError {
  readonly code = 'LINK_MCP_SIGN_IN_UNKNOWN'
  readonly kind = 'invalid'

  constructor() {
    super('This sign-in was not begun here, was already finished, or took too long.', {
      remedy: 'Start it again with POST /api/mcp-servers/{serverId}/authorize.',
    })
  }
}

/** The authorization server sent the browser back with an error. */
export class McpSignInRefusedError extends AppError {
  readonly code = 'LINK_MCP_SIGN_IN_REFUSED'
  readonly kind = 'forbidden'

  constructor(reason: string) {
    super(`The sign-in was refused: ${reason}.`, {
      remedy: 'Start it again, and allow what is asked for.',
    })
  }
}

/** Another process holds the tokens for longer than anyone waits. */
export class McpGrantBusyError extends AppError {
  readonly code = 'LINK_MCP_GRANT_BUSY'
  readonly kind = 'unavailable'

  constructor(serverId: string) {
    super(`The tokens of MCP server ${serverId} are being renewed.`, { remedy: 'Try again in a moment.' })
  }
}
