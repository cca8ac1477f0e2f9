import type { ModelErrorCode } from '../model-error.ts'

/**
 * What the codes of iFlytek's services mean for the caller (https://www.xfyun.cn/doc/spark/error_code.html), over WebSocket and behind the
 * vendor's OpenAI-compatible endpoints. Codes that are not here are refusals: of the
 * format (10003-10005), the parameters (10163), the content (10013, 10014, 10019), the application (10015, 10016, 11200) or the length (10907).
 */
const meanings: ReadonlyMap<number, ModelErrorCode> = new Map([
  // Upgrading, reading or sending failed on the vendor's side.
  [10000, 'MODEL_UNREACHABLE'],
  [10001, 'MODEL_UNREACHABLE'],
  [10002, 'MODEL_UNREACHABLE'],
  // More than one connection of a user; traffic; capacity.
  [10006, 'MODEL_LIMITED'],
  [10007, 'MODEL_LIMITED'],
  [10008, 'MODEL_UNREACHABLE'],
  // The engine behind the service: connecting, receiving, sending, internal.
  [10009, 'MODEL_UNREACHABLE'],
  [10010, 'MODEL_UNREACHABLE'],
  [10011, 'MODEL_UNREACHABLE'],
  [10012, 'MODEL_UNREACHABLE'],
  [10110, 'MODEL_UNREACHABLE'],
  [10222, 'MODEL_UNREACHABLE'],
  // Per day, per second, at once.
  [11201, 'MODEL_LIMITED'],
  [11202, 'MODEL_LIMITED'],
  [11203, 'MODEL_LIMITED'],
])

/** What a whole number that a provider calls its `code` means; undefined for one that the vendor does not document. Pure. */
export const meaningOfVendorCode = (code: number): ModelErrorCode | undefined => meanings.get(code)
