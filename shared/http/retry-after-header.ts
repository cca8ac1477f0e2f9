import type { AppError } from '#shared/errors/app-error.ts'
import { DatabaseAwayError } from '#shared/postgres/expected-failure.ts'
import { AWAY, DATABASE_AWAY_HEADER } from './database-away-header.ts'

/**
 * `Retry-After` in whole seconds (RFC 9110, 10.2.3), for errors whose `details.retryAfterMs` says when it makes sense to come back; with a word for our own
 * programs where that is the database.
 */
export const retryAfterHeader = (error: AppError): Record<string, string> => {
  const { retryAfterMs } = error.details
  if (typeof retryAfterMs !== 'number') return {}
  const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  return error instanceof DatabaseAwayError ? { ...headers, [DATABASE_AWAY_HEADER]: AWAY } : headers
}
