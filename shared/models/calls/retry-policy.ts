import type { ModelError } from '../model-error.ts'
import type { CallLimits } from './call-limits.ts'

/** Milliseconds to wait before the next try, or undefined to give up. Full jitter. Pure: `random` is 0..1. */
export const retryDelayMs = (
  failure: { error: ModelError; attempt: number; random: number },
  limits: CallLimits,
): number | undefined => {
  const { error, attempt, random } = failure
  if (attempt >= limits.attemptsMax || !isTransient(error)) return undefined
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= limits.retryAfterMsMax ? error.retryAfterMs : undefined
  }
  return Math.floor(random * Math.min(limits.retryMsMax, limits.retryBaseMs * 2 ** (attempt - 1)))
}

/** Refusals stay refusals; what took too long once has used up the caller's patience. */
const isTransient = (error: ModelError): boolean => error.code === 'MODEL_LIMITED' || error.code === 'MODEL_UNREACHABLE'

/** What a response asks us to wait, by `retry-after-ms` (OpenAI, Azure) or `Retry-After`. */
export const retryAfterOf = (headers: Headers, nowMs: number): number | undefined => {
  const milliseconds = headers.get('retry-after-ms') ?? ''
  return /^\d+$/.test(milliseconds) ? Number(milliseconds) : parseRetryAfter(headers.get('retry-after'), nowMs)
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3). Undefined when it says neither. */
export const parseRetryAfter = (value: string | null, nowMs: number): number | undefined => {
  if (value === null || value.trim() === '') return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000
  const dateMs = Date.parse(value)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}
