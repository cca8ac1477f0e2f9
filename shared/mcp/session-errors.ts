import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { AppError } from '#shared/errors/app-error.ts'
import { McpConnectionLostError, McpRequestError, McpTimeoutError } from './errors.ts'
import { isObject } from './mcp-tool.ts'

/** The library begins the message of an error with its code. */
const CODE_PREFIX = /^MCP error -?\d+: /
const REASON_CHARACTERS_MAX = 1_000
/** Codes of Bun and of the system for a connection that was never made. */
const NEVER_CONNECTED = new Set(['ConnectionRefused', 'ECONNREFUSED', 'FailedToOpenSocket', 'EHOSTUNREACH'])

/** What the library threw for a request, as one of ours. Pure. */
export const toSessionError = (server: string, timeoutMs: number, error: unknown): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof McpError) {
    const message = shortened(error.message.replace(CODE_PREFIX, ''))
    if (error.code === ErrorCode.RequestTimeout) return new McpTimeoutError(server, timeoutMs)
    if (error.code === ErrorCode.ConnectionClosed) return new McpConnectionLostError(server, message, { cause: error })
    const addresses = error.code === ErrorCode.UrlElicitationRequired ? addressesOf(error.data) : []
    const told = addresses.length > 0 ? `${message} Open first: ${shortened(addresses.join(', '))}` : message
    return new McpRequestError(server, { rpcCode: error.code, message: told, data: error.data, cause: error })
  }
  const mayHaveRun = !(isForgottenSession(error) || NEVER_CONNECTED.has((error as { code?: string }).code ?? ''))
  return new McpConnectionLostError(server, reasonOf(error), { mayHaveRun, cause: error })
}

/**
 * The server no longer knows the session and took nothing: 404 as the specification says, or the 400 that many send instead. The older transport's errors have their
 * status only in the message.
 */
const isForgottenSession = (error: unknown): boolean => {
  if (error instanceof StreamableHTTPError)
    return error.code === 404 || (error.code === 400 && /session|not initialized/i.test(error.message))
  return error instanceof Error && /^Error POSTing to endpoint \(HTTP (404|410)\)/.test(error.message)
}

/** Where a server sends a person before it does what it was asked for (MCP 2025-11-25, "URL Elicitation Required"). */
const addressesOf = (data: unknown): string[] => {
  const asked = isObject(data) && Array.isArray(data.elicitations) ? data.elicitations : []
  return asked.filter(isObject).flatMap(({ url }) => (typeof url === 'string' ? [url] : []))
}

/** The library puts whole pages of a server into its errors. */
const shortened = (text: string): string =>
  text.length > REASON_CHARACTERS_MAX ? `${text.slice(0, REASON_CHARACTERS_MAX)}…` : text

export const reasonOf = (error: unknown): string => {
  const text = shortened(error instanceof Error ? error.message : String(error))
  return text.replace(/\.$/, '') || 'no reason was given'
}
