import { AppError } from '#shared/errors/app-error.ts'
import { FlowProtocolError, type ProtocolOperation } from '../definition/flow-protocol-error.ts'
import { type WireResult, wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { NodeRefusedError, ParametersInvalidError } from '../errors.ts'

/** Results of the original that this service answers with, by our own codes. */
const RESULT_BY_ERROR: Readonly<Record<string, WireResult>> = {
  WORKFLOW_FLOW_NOT_FOUND: wireCodes.FLOW_NOT_FOUND,
  WORKFLOW_COMPARISON_NOT_FOUND: wireCodes.PROTOCOL_DELETE_FAILED,
  WORKFLOW_FLOW_EMPTY: wireCodes.FLOW_PUBLISH_FAILED,
  WORKFLOW_FLOW_STATUS_INVALID: wireCodes.PROTOCOL_CREATE_FAILED,
  WORKFLOW_FLOW_NOT_PUBLISHED: wireCodes.FLOW_NOT_PUBLISHED,
  WORKFLOW_FLOW_OWNER_MISSING: wireCodes.FLOW_WITHOUT_APP,
  WORKFLOW_APP_NOT_FOUND: wireCodes.APP_NOT_FOUND,
  WORKFLOW_APP_LOOK_UP_FAILED: wireCodes.APP_LOOKUP_FAILED,
  WORKFLOW_APP_DISABLED: wireCodes.APP_NOT_A_TENANT,
  WORKFLOW_APP_MISMATCH: wireCodes.APP_LACKS_PLATFORM,
  WORKFLOW_LICENCE_MISSING: wireCodes.APP_NOT_BOUND,
  WORKFLOW_LICENCE_DISABLED: wireCodes.LICENSE_DISABLED,
  WORKFLOW_RELEASE_NOT_OFFERED: wireCodes.PLATFORM_OPERATION_UNKNOWN,
  WORKFLOW_FILE_REFUSED: wireCodes.FILE_INVALID,
  WORKFLOW_EVENT_UNKNOWN: wireCodes.EVENT_UNKNOWN,
}

/** Raised by wire routes for what has a numeric code and no meaning outside of the wire. `message` is the wire's text, whole. */
export class WireFaultError extends AppError {
  readonly code = 'WORKFLOW_WIRE_FAULT'
  readonly kind = 'invalid'
  readonly result: WireResult

  constructor(result: WireResult) {
    super(result.message, { remedy: 'Correct what the message names.' })
    this.result = result
  }
}

/**
 * Code and text of an error for the wire. An unexpected one tells the caller nothing.
 * @param operation general faults of a definition have a code of their own for each
 * @param fallback for expected errors without a code on the wire
 */
export const toWireFault = (error: unknown, operation: ProtocolOperation, fallback: WireResult): WireResult => {
  if (error instanceof WireFaultError || error instanceof ParametersInvalidError || error instanceof NodeRefusedError) {
    return error.result
  }
  if (error instanceof FlowProtocolError) return error.wireResult(operation)
  if (!(error instanceof AppError)) {
    return { code: fallback.code, message: wireMessage(fallback, 'the cause is in the log under this sid') }
  }
  const result = RESULT_BY_ERROR[error.code] ?? fallback
  return { code: result.code, message: wireMessage(result, error.message) }
}
