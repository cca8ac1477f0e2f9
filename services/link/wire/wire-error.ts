import { AppError } from '#shared/errors/app-error.ts'

/** Numbers of the original that clients compare. */
export const LINK_CODES = {
  COMMON: 30_100,
  JSON_PROTOCOL: 30_200,
  JSON_SCHEMA: 30_201,
  ANSWER_TYPE: 30_202,
  BLACKLISTED: 30_203,
  OPENAPI_INVALID: 30_300,
  BODY_TYPE: 30_301,
  SERVER_MISSING: 30_302,
  AUTH_TYPE: 30_303,
  OFFICIAL_FAILED: 30_400,
  THIRD_PARTY_FAILED: 30_403,
  TOOL_NOT_FOUND: 30_500,
  OPERATION_NOT_FOUND: 30_600,
} as const

/** A failure with its number, for an envelope. */
export class WireError extends Error {
  readonly linkCode: number

  constructor(linkCode: number, message: string) {
    super(message)
    this.name = 'WireError'
    this.linkCode = linkCode
  }
}

export const toolMissing = (toolId: string, version: string): WireError =>
  new WireError(LINK_CODES.TOOL_NOT_FOUND, `Tool does not exist: ${toolId} ${version} does not exist`)

/** Codes that have one number whatever is called. */
const NUMBERS: Readonly<Record<string, number>> = {
  LINK_TOOL_NOT_FOUND: LINK_CODES.TOOL_NOT_FOUND,
  LINK_TOOL_DISABLED: LINK_CODES.TOOL_NOT_FOUND,
  LINK_TOOL_OWNER_REQUIRED: LINK_CODES.TOOL_NOT_FOUND,
  LINK_OPERATION_NOT_FOUND: LINK_CODES.OPERATION_NOT_FOUND,
  LINK_REFERENCE_INVALID: LINK_CODES.OPENAPI_INVALID,
  LINK_DOCUMENT_UNREADABLE: LINK_CODES.OPENAPI_INVALID,
  LINK_BODY_TYPE_UNSUPPORTED: LINK_CODES.BODY_TYPE,
  LINK_SERVER_MISSING: LINK_CODES.SERVER_MISSING,
  LINK_SECURITY_SCHEME_UNKNOWN: LINK_CODES.AUTH_TYPE,
  LINK_ANSWER_MISMATCH: LINK_CODES.ANSWER_TYPE,
  OUTBOUND_REFUSED: LINK_CODES.BLACKLISTED,
  OUTBOUND_URL_INVALID: LINK_CODES.BLACKLISTED,
}

/** Failures of the call itself: an official tool has another number for them. */
const CALL_FAILURES = new Set([
  ...['LINK_TOOL_FAILED', 'LINK_TOOL_UNREACHABLE', 'LINK_TOOL_TIMEOUT', 'LINK_TOKEN_REFUSED'],
  ...['OUTBOUND_UNRESOLVED', 'OUTBOUND_TOO_LARGE', 'OUTBOUND_TOO_MANY_REDIRECTS'],
])

/** An expected failure as the wire tells it; undefined for what is not expected. */
export const toWireError = (error: unknown, isOfficial: boolean): WireError | undefined => {
  if (error instanceof WireError) return error
  if (!(error instanceof AppError)) return undefined
  if (CALL_FAILURES.has(error.code)) {
    const who = isOfficial ? 'Official' : 'Third-party'
    const number = isOfficial ? LINK_CODES.OFFICIAL_FAILED : LINK_CODES.THIRD_PARTY_FAILED
    return new WireError(number, `${who} API request failed: ${error.message}`)
  }
  return new WireError(NUMBERS[error.code] ?? LINK_CODES.COMMON, error.message)
}
