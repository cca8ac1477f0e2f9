import { AppError } from '#shared/errors/app-error.ts'
import { ConnectionLostError } from './connection-lost-error.ts'

/** What a caller should wait before it asks again: a database that was killed is back after a second or two. */
const RETRY_AFTER_MS = 1_000

/** What callers are told when the database did not answer. A change that they asked for may have been made. */
export class DatabaseAwayError extends AppError {
  readonly code = 'DATABASE_AWAY'
  readonly kind = 'unavailable'

  constructor(cause: unknown) {
    super('The database is away at the moment.', {
      remedy:
        'Try again in a moment; look first whether a change was made already. `orrery status` shows whether the database is there.',
      details: { retryAfterMs: RETRY_AFTER_MS },
      cause,
    })
  }
}

/**
 * An error as those see it who answer callers: an expected failure as it is, a question that the database did not answer as DatabaseAwayError. Undefined for what
 * nobody expects.
 */
export const expectedFailureOf = (error: unknown): AppError | undefined => {
  if (error instanceof AppError) return error
  return isDatabaseAway(error) ? new DatabaseAwayError(error) : undefined
}

/** True for a question that the database gave no answer to, in whatever it was wrapped. Whether it was acted on is not known. */
export const isDatabaseAway = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ConnectionLostError || cause instanceof DatabaseAwayError) return true
    // Whoever made an expected failure of it has said what it means.
    if (cause instanceof AppError) return false
  }
  return false
}
