import { AppError } from '#shared/errors/app-error.ts'

/** What came of a call, for counting. */
export type CallOutcome =
  | 'ok'
  /** The tool answered that it failed. */
  | 'tool_failed'
  /** The tool answered what it must not. */
  | 'answer_invalid'
  /** The call does not fit the tool, or the tool cannot be called as it is stored. */
  | 'invalid'
  /** Credentials are missing, refused, or not for there. */
  | 'unauthorised'
  /** The outbound guard let it not go. */
  | 'refused'
  | 'timeout'
  /** Nobody was there, or the connection broke. */
  | 'unreachable'
  /** Its caller left. */
  | 'abandoned'
  /** Our own fault. */
  | 'error'

const BY_CODE: Readonly<Record<string, CallOutcome>> = {
  LINK_TOOL_FAILED: 'tool_failed',
  MCP_REQUEST_FAILED: 'tool_failed',
  LINK_ANSWER_MISMATCH: 'answer_invalid',
  MCP_ANSWER_INVALID: 'answer_invalid',
  MCP_TOO_LARGE: 'answer_invalid',
  OUTBOUND_TOO_LARGE: 'answer_invalid',
  OUTBOUND_TOO_MANY_REDIRECTS: 'answer_invalid',
  OUTBOUND_REFUSED: 'refused',
  OUTBOUND_URL_INVALID: 'refused',
  LINK_TOKEN_REFUSED: 'unauthorised',
  MCP_SIGN_IN_REQUIRED: 'unauthorised',
  MCP_AUTHORIZATION_FAILED: 'unauthorised',
  LINK_CALL_ABANDONED: 'abandoned',
}

/** Pure. */
export const outcomeOf = (error: unknown): CallOutcome => {
  if (!(error instanceof AppError)) return isAbort(error) ? 'abandoned' : 'error'
  const known = BY_CODE[error.code]
  if (known !== undefined) return known
  if (/^LINK_(CREDENTIAL|CLIENT_CERTIFICATE)_/.test(error.code)) return 'unauthorised'
  if (error.kind === 'timeout') return 'timeout'
  return error.retryable ? 'unreachable' : 'invalid'
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
