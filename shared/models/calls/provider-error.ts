import { ModelError, type ModelErrorCode } from '../model-error.ts'
import { MESSAGE_CHARS_MAX, REASON_CHARS_MAX } from './call-limits.ts'
import { meaningOfVendorCode } from './vendor-codes.ts'

/**
 * What a provider says went wrong, from the many shapes of it: `{error: {message, code, type}}`, `{error: "text"}`, `{code: 10013,
 * message}` (iFlytek and gateways), `{message}` or `{detail}` beside an error status, or plain text.
 */
export interface ProviderFailure {
  message: string
  /** HTTP status, of the response or repeated in the body. */
  status: number | undefined
  /** Where the provider's own codes say more than a status would. */
  code?: ModelErrorCode | undefined
  /** A number of the provider's own, which is no status. */
  vendorCode?: number | undefined
  /** What the provider asked us to wait. */
  retryAfterMs?: number | undefined
}

/** The failure inside a JSON value, or undefined when it is none. `code: 0` and `error: null` are none. */
export const findFailure = (value: Record<string, unknown>): ProviderFailure | undefined => {
  const { error, code, message } = value
  if (typeof error === 'string' && error !== '') return { message: error, status: statusIn(code) }
  if (isRecord(error)) {
    const text = typeof error.message === 'string' ? error.message : JSON.stringify(error)
    const status = statusIn(error.code) ?? statusIn(error.status) ?? statusOfType(error.type)
    return { message: text, status, retryAfterMs: retryDelayIn(error.details) }
  }
  const isCode = (typeof code === 'number' && code !== 0) || (typeof code === 'string' && /^[1-9-]\d*$/.test(code))
  return isCode ? failureOfCode(Number(code), typeof message === 'string' ? message : '') : undefined
}

/** The failure that a provider tells by a number; the number stays in the message. */
export const failureOfCode = (code: number, message: string): ProviderFailure => ({
  message: message === '' ? `code ${code}` : `${message} (code ${code})`,
  status: statusIn(code),
  code: meaningOfVendorCode(code),
  vendorCode: code,
})

/** The failure of a response with an error status. */
export const failureOfResponse = (status: number, body: string): ProviderFailure => {
  const parsed = parseRecord(body)
  if (!parsed) return { status, message: isMarkup(body) ? '' : body }
  const failure = findFailure(parsed)
  const found = failure?.message ?? parsed.message ?? parsed.detail ?? parsed.error_msg
  return {
    status,
    message: typeof found === 'string' ? found : JSON.stringify(found ?? parsed),
    retryAfterMs: failure?.retryAfterMs,
    vendorCode: failure?.vendorCode,
  }
}

/** @param secrets what must not appear in the message although the provider may repeat it */
export const toModelError = (
  failure: ProviderFailure,
  options: { secrets: readonly string[]; retryAfterMs?: number | undefined },
): ModelError => {
  const said = hideSecrets(failure.message, options.secrets).trim()
  const reason = said.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS_MAX)
  const code = failure.code ?? codeOfStatus(failure.status)
  const status = failure.status === undefined ? '' : ` with status ${failure.status}`
  return new ModelError(code, `The provider ${verbs[code]}${status}${reason === '' ? '' : `: ${reason}`}`, {
    ...(failure.status === undefined ? {} : { providerStatus: failure.status }),
    ...(said === '' ? {} : { providerMessage: said.slice(0, MESSAGE_CHARS_MAX) }),
    retryAfterMs: options.retryAfterMs ?? failure.retryAfterMs,
    vendorCode: failure.vendorCode,
  })
}

/** Google's RetryInfo: `{"retryDelay": "12.5s"}` among the details (https://google.aip.dev/193). */
const retryDelayIn = (details: unknown): number | undefined => {
  if (!Array.isArray(details)) return undefined
  const delay = details.map(
    (detail) => /^(\d+(?:\.\d+)?)s$/.exec(isRecord(detail) ? String(detail.retryDelay) : '')?.[1],
  )
  const seconds = delay.find((text) => text !== undefined)
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

const verbs: Partial<Record<ModelErrorCode, string>> = {
  MODEL_LIMITED: 'limits this use',
  MODEL_UNREACHABLE: 'failed',
  MODEL_REFUSED: 'refused the request',
}

const codeOfStatus = (status: number | undefined): ModelErrorCode => {
  if (status === 429) return 'MODEL_LIMITED'
  return status !== undefined && (status >= 500 || status === 408) ? 'MODEL_UNREACHABLE' : 'MODEL_REFUSED'
}

const statusIn = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && number >= 400 && number <= 599 ? number : undefined
}

/** The status that an error's type stands for, where a provider gives no number. */
export const statusOfType = (type: unknown): number | undefined => {
  if (typeof type !== 'string') return undefined
  if (/rate_?limit|too_many|quota/i.test(type)) return 429
  return /server_error|overloaded|unavailable/i.test(type) ? 503 : undefined
}

/** Replaces the keys we sent, and whatever looks like a key, since providers quote them ("Incorrect API key provided: sk-…"). */
const hideSecrets = (text: string, secrets: readonly string[]): string => {
  const known = secrets.filter((secret) => secret.length >= 4)
  const hidden = known.reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text)
  return hidden.replace(/\b[sp]k-[\w*.-]{4,}|\bBearer\s+\S+/g, '[hidden]')
}

const isMarkup = (body: string): boolean => /^\s*</.test(body)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseRecord = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    // Google wraps its errors in a list where a stream was asked for.
    const first: unknown = Array.isArray(value) ? value[0] : value
    return isRecord(first) ? first : undefined
  } catch {
    return undefined
  }
}
