/** A refused or failed call. `code` is stable: our own `UPPER_SNAKE`, or the wire's number as text. */
export class OrreryError extends Error {
  readonly code: string
  /** What to do about it; empty where the wire gives none. */
  readonly remedy: string
  /** HTTP status; 200 for failures that the wire puts into its envelope or its stream. */
  readonly status: number
  /** Quote it when you ask for help. */
  readonly traceId: string

  constructor(facts: {
    code: string
    message: string
    status: number
    remedy?: string
    traceId?: string
    cause?: unknown
  }) {
    super(facts.message, { cause: facts.cause })
    this.name = 'OrreryError'
    this.code = facts.code
    this.status = facts.status
    this.remedy = facts.remedy ?? ''
    this.traceId = facts.traceId ?? ''
  }
}

/** An answer with an error status as an OrreryError: problem documents, the wire's envelopes, or neither. */
export const toOrreryError = async (response: Response): Promise<OrreryError> => {
  const text = await response.text().catch(() => '')
  const body = parseObject(text)
  const traceId = textOf(body.traceId) || textOf(body.sid) || (response.headers.get('x-request-id') ?? '')
  return new OrreryError({
    code: textOf(body.code) || `HTTP_${response.status}`,
    message: textOf(body.detail) || textOf(body.message) || `The server answered with status ${response.status}.`,
    remedy: textOf(body.remedy),
    status: response.status,
    traceId,
  })
}

const parseObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
