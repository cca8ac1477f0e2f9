import { AppError } from '#shared/errors/app-error.ts'

/** The original's numbers for what goes wrong with MCP servers, and what we say about each. */
export const MCP_CODES = {
  ok: { code: 0, text: 'Success' },
  general: { code: 30100, text: 'The request could not be answered' },
  schemaInvalid: { code: 30200, text: 'The request does not match its schema' },
  serverIdEmpty: { code: 30700, text: 'No MCP server is named' },
  serverUnknown: { code: 30701, text: 'The MCP server does not exist' },
  connectFailed: { code: 30703, text: 'The MCP server cannot be reached' },
  sessionFailed: { code: 30704, text: 'The session with the MCP server broke' },
  initializeFailed: { code: 30705, text: 'The MCP server did not initialize' },
  listFailed: { code: 30706, text: 'The MCP server did not list its tools' },
  callFailed: { code: 30707, text: 'The call of the MCP tool failed' },
  urlEmpty: { code: 30708, text: 'The MCP server has no address' },
  loopback: { code: 30709, text: 'The MCP server has a local address' },
  refused: { code: 30710, text: 'The address of the MCP server is not allowed' },
} as const

export type McpCode = keyof typeof MCP_CODES

/** A failure as the wire tells it: its number, and a text that says more. */
export class McpWireFault extends Error {
  readonly code: number

  constructor(name: McpCode, detail?: string, options: { cause?: unknown } = {}) {
    const { code, text } = MCP_CODES[name]
    super(detail ? `${text}: ${detail}` : text, options)
    this.code = code
  }
}

const BY_CODE: Readonly<Record<string, McpCode>> = {
  MCP_CONNECT_FAILED: 'connectFailed',
  MCP_BACKING_OFF: 'connectFailed',
  MCP_SIGN_IN_REQUIRED: 'connectFailed',
  MCP_AUTHORIZATION_FAILED: 'connectFailed',
  MCP_SESSIONS_EXHAUSTED: 'sessionFailed',
  MCP_INITIALIZE_FAILED: 'initializeFailed',
  OUTBOUND_URL_INVALID: 'refused',
  OUTBOUND_UNRESOLVED: 'connectFailed',
  OUTBOUND_TOO_MANY_REDIRECTS: 'connectFailed',
}

/**
 * What was thrown while a server was opened or asked, as a failure of the wire. Anything unexpected is thrown on.
 * @param asking what the failure is when the session was open
 */
export const toWireFault = (error: unknown, asking: 'listFailed' | 'callFailed', isOpen: boolean): McpWireFault => {
  if (error instanceof McpWireFault) return error
  if (!(error instanceof AppError)) throw error
  if (error.code === 'OUTBOUND_REFUSED')
    return new McpWireFault(error.details.range === 'loopback' ? 'loopback' : 'refused', error.message, {
      cause: error,
    })
  const name = BY_CODE[error.code] ?? (isOpen ? asking : 'sessionFailed')
  return new McpWireFault(name, [error.message, error.remedy].filter(Boolean).join(' '), { cause: error })
}
