import { AppError } from '#shared/errors/app-error.ts'
import { type WireResult, wireCodes, wireMessage } from './wire-codes.ts'

/** What a caller was doing with a definition: general faults have a code of their own for each. */
export type ProtocolOperation = 'add' | 'update' | 'build' | 'run' | 'debug'

const GENERAL_RESULTS: Record<ProtocolOperation, WireResult> = {
  add: wireCodes.PROTOCOL_CREATE_FAILED,
  update: wireCodes.PROTOCOL_UPDATE_FAILED,
  build: wireCodes.PROTOCOL_BUILD_FAILED,
  run: wireCodes.PROTOCOL_INVALID,
  debug: wireCodes.NODE_DEBUG_FAILED,
}

/**
 * A flow definition that cannot be compiled. Some faults have one wire code wherever they are found; the others ("general") take the code of
 * the operation that found them.
 */
export class FlowProtocolError extends AppError {
  readonly code = 'WORKFLOW_PROTOCOL_INVALID'
  readonly kind = 'invalid'
  readonly detail: string
  readonly #result: WireResult | undefined

  constructor(detail: string, result?: WireResult) {
    super(result ? wireMessage(result, detail) : detail, {
      remedy: 'Correct the flow definition as the message says and send it again.',
    })
    this.detail = detail
    this.#result = result
  }

  /** The wire's code and message for an operation. */
  wireResult(operation: ProtocolOperation): WireResult {
    const result = this.#result ?? GENERAL_RESULTS[operation]
    return { code: result.code, message: wireMessage(result, this.detail) }
  }
}
