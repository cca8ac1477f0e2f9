import type { AppError } from '#shared/errors/app-error.ts'

/** `Retry-After` in whole seconds (RFC 9110, 10.2.3), for errors whose `details.retryAfterMs` says when it makes sense to come back. */
export const retryAfterHeader = ({ details }: AppError): Record<string, string> => {
  const { retryAfterMs } = details
  return typeof retryAfterMs === 'number' ? { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } : {}
}
