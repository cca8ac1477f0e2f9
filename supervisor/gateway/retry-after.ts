import type { AppError } from '#shared/errors/app-error.ts'
import { RETRY_AFTER_SECONDS } from './errors.ts'

/**
 * The value of `Retry-After`, in seconds: what the error knows (`details.retryAfterMs`) or RETRY_AFTER_SECONDS, up to twice as long, by
 * chance, so that those who were refused together do not come back together.
 */
export const retryAfterSeconds = ({ details }: AppError, random: () => number = Math.random): number => {
  const { retryAfterMs } = details
  const known = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1_000) : 0
  const earliest = Math.max(RETRY_AFTER_SECONDS, known)
  return earliest + Math.floor(random() * (earliest + 1))
}
