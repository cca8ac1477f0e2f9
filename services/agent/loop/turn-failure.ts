import { AppError } from '#shared/errors/app-error.ts'
import { ModelError } from '#shared/models/model-error.ts'
import { WireError } from '../errors.ts'
import { wireCodeOfVendor } from './vendor-codes.ts'

export interface TurnFailure {
  code: number
  message: string
}

export const TIMED_OUT_CODE = -1
export const TIMED_OUT_MESSAGE = '请求服务超时'
const MODEL_FAILED = { code: 40303, message: 'Model request failed' }
/** Texts by which gateways in front of models report a failure of their own, and the wire's codes for them. */
const gatewayFailures: readonly (readonly [string, number])[] = [
  ['invalid_text_request', 40355],
  ['one_api_error', 40366],
]

/** How a turn ends for an expected failure, in the wire's codes; undefined for one that is a bug or a lost journal. Pure. */
export const toTurnFailure = (error: unknown): TurnFailure | undefined => {
  if (error instanceof WireError) return { code: error.wireCode, message: error.message }
  const isModelFailure =
    error instanceof ModelError || (error instanceof AppError && error.code.startsWith('OUTBOUND_'))
  if (!isModelFailure) return undefined
  if (error.code === 'MODEL_TIMEOUT') return { code: TIMED_OUT_CODE, message: TIMED_OUT_MESSAGE }
  const gateway = gatewayFailures.find(([text]) => error.message.includes(text))
  const vendor = error instanceof ModelError ? wireCodeOfVendor(error.vendorCode) : undefined
  return {
    code: gateway?.[1] ?? vendor ?? MODEL_FAILED.code,
    message: `${MODEL_FAILED.message}: ${error.message} (${error.code})`,
  }
}
