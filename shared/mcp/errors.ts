import { AppError } from '#shared/errors/app-error.ts'

/** The server could not be reached, started, or did not speak MCP. */
export class McpConnectError extends AppError {
  readonly code = 'MCP_CONNECT_FAILED'
  readonly kind = 'bad_upstream'

  constructor(server: string, reason: string, options: { cause?: unknown } = {}) {
    super(`The MCP server ${server} cannot be used: ${reason}.`, {
      remedy: 'Check its address or command, its credentials, and whether it runs.',
      cause: options.cause,
    })
  }
}

/** The transport works, but the handshake does not: a wrong protocol version, a refused or malformed `initialize`. */
export class McpInitializeError extends AppError {
  readonly code = 'MCP_INITIALIZE_FAILED'
  readonly kind = 'bad_upstream'

  constructor(server: string, reason: string, options: { cause?: unknown } = {}) {
    super(`The MCP server ${server} does not start a session: ${reason}.`, {
      remedy: 'Check that the address is an MCP endpoint and that the server speaks a known protocol version.',
      cause: options.cause,
    })
  }
}

/** The server went away while something was asked. */
export class McpConnectionLostError extends AppError {
  readonly code = 'MCP_CONNECTION_LOST'
  readonly kind = 'bad_upstream'
  /** False when the server cannot have seen the request, so that it may be sent again; else nobody knows. */
  readonly mayHaveRun: boolean

  constructor(server: string, reason: string, options: { mayHaveRun?: boolean; cause?: unknown } = {}) {
    super(`The MCP server ${server} went away before it answered: ${reason}.`, {
      remedy: 'Ask again: a new session is opened. Check the server if it repeats.',
      cause: options.cause,
    })
    this.mayHaveRun = options.mayHaveRun ?? true
  }
}

export class McpTimeoutError extends AppError {
  readonly code = 'MCP_TIMEOUT'
  readonly kind = 'timeout'

  constructor(server: string, timeoutMs: number) {
    super(`The MCP server ${server} did not answer within ${timeoutMs / 1000} s.`, {
      remedy: 'Allow more time, or check what the server waits for.',
      details: { timeoutMs },
    })
  }
}

/** The server answered with a JSON-RPC error. */
export class McpRequestError extends AppError {
  readonly code = 'MCP_REQUEST_FAILED'
  readonly kind = 'bad_upstream'
  readonly rpcCode: number

  /** @param fault `data` is what the server added to its error, such as the addresses that a person has to open (-32042) */
  constructor(server: string, fault: { rpcCode: number; message: string; data?: unknown; cause?: unknown }) {
    super(`The MCP server ${server} refused: ${fault.message}`, {
      remedy: 'Check the arguments against what the server says.',
      details: { rpcCode: fault.rpcCode, ...(fault.data !== undefined && { data: fault.data }) },
      cause: fault.cause,
    })
    this.rpcCode = fault.rpcCode
  }
}

/** What the server sent is not what the protocol says. */
export class McpAnswerInvalidError extends AppError {
  readonly code = 'MCP_ANSWER_INVALID'
  readonly kind = 'bad_upstream'

  constructor(server: string, reason: string) {
    super(`The MCP server ${server} answered what cannot be read: ${reason}.`, {
      remedy: 'Report it to whoever runs the server.',
    })
  }
}

/** More bytes, pages or messages than are taken from a server. */
export class McpTooLargeError extends AppError {
  readonly code = 'MCP_TOO_LARGE'
  readonly kind = 'bad_upstream'

  constructor(server: string, what: string) {
    super(`The MCP server ${server} sent more than is read: ${what}.`, { remedy: 'Ask for less at once.' })
  }
}

export class McpToolNotFoundError extends AppError {
  readonly code = 'MCP_TOOL_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(server: string, tool: string, known: readonly string[]) {
    super(`The MCP server ${server} has no tool ${tool}.`, {
      remedy: 'Choose one of the tools that it lists.',
      details: { known },
    })
  }
}

/** The server wants a token that only a person can fetch. */
export class McpSignInRequiredError extends AppError {
  readonly code = 'MCP_SIGN_IN_REQUIRED'
  readonly kind = 'forbidden'

  constructor(server: string, options: { scope?: string | undefined; cause?: unknown } = {}) {
    super(`The MCP server ${server} asks for a sign-in${options.scope ? ` that allows ${options.scope}` : ''}.`, {
      remedy: 'Start it with POST /api/mcp-servers/{serverId}/authorize and open the address that it answers.',
      details: options.scope === undefined ? {} : { scope: options.scope },
      cause: options.cause,
    })
  }
}

/** The authorization server, or what the MCP server says about it, does not lead to a token. */
export class McpAuthorizationError extends AppError {
  readonly code = 'MCP_AUTHORIZATION_FAILED'
  readonly kind = 'bad_upstream'

  constructor(server: string, reason: string, options: { cause?: unknown } = {}) {
    super(`No token could be had for the MCP server ${server}: ${reason}.`, {
      remedy: 'Check the client credentials and scopes, or sign in again.',
      cause: options.cause,
    })
  }
}

/** All places for sessions are taken by sessions in use. */
export class McpSessionsExhaustedError extends AppError {
  readonly code = 'MCP_SESSIONS_EXHAUSTED'
  readonly kind = 'limited'

  constructor(sessionsMax: number) {
    super(`All ${sessionsMax} MCP sessions are in use.`, {
      remedy: 'Try again when some of the calls have ended.',
      details: { sessionsMax },
    })
  }
}

/** The server failed repeatedly and is left alone for a moment. */
export class McpBackingOffError extends AppError {
  readonly code = 'MCP_BACKING_OFF'
  readonly kind = 'unavailable'

  constructor(waitMs: number, last: Error) {
    super(`${last.message} It is tried again in ${Math.ceil(waitMs / 1000)} s.`, {
      remedy: 'Check the server; it is tried again by itself.',
      details: { waitMs },
      cause: last,
    })
  }
}
