import { AppError } from '#shared/errors/app-error.ts'
import { createSessionIds } from '#shared/ids/session-id.ts'

/** Numeric codes of the original tenant service; clients compare them. */
export const WIRE_PARAMETER_ERROR = 14001
export const WIRE_SYSTEM_ERROR = 3002

const wireCodes: Record<string, number> = {
  TENANT_APP_NOT_FOUND: 3003,
  TENANT_KEY_TAKEN: 3004,
  TENANT_KEY_NOT_FOUND: 3006,
  TENANT_APP_NAME_TAKEN: 3007,
  TENANT_KEY_MALFORMED: WIRE_PARAMETER_ERROR,
  TENANT_PARAMETER_INVALID: WIRE_PARAMETER_ERROR,
}

/** `data` is absent, not null, when an answer has none. */
export interface WireEnvelope<Data> {
  sid: string
  code: number
  message: string
  data?: Data
}

const nextSessionId = createSessionIds({ sub: 'app' })

export const wireSuccess = <Data>(data?: Data): WireEnvelope<Data> => ({
  sid: nextSessionId(),
  code: 0,
  message: 'success',
  ...(data === undefined ? {} : { data }),
})

export const wireFailure = (code: number, message: string): WireEnvelope<never> => ({
  sid: nextSessionId(),
  code,
  message,
})

/** The envelope of an expected failure; undefined for one that has no number, such as a missing right. */
export const toWireFailure = (error: AppError): WireEnvelope<never> | undefined => {
  const code = wireCodes[error.code] ?? (error.retryable ? WIRE_SYSTEM_ERROR : undefined)
  return code === undefined ? undefined : wireFailure(code, error.message)
}

/** A field that is missing, empty or out of bounds, in the original's words. */
export class ParameterError extends AppError {
  readonly code = 'TENANT_PARAMETER_INVALID'
  readonly kind = 'invalid'

  constructor(message: string) {
    super(message, { remedy: 'Compare the request with the schema of this route at /swagger.' })
  }
}
