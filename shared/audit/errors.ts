import { AppError } from '#shared/errors/app-error.ts'

/** What a caller should wait before it asks again. */
const RETRY_AFTER_MS = 1_000

export class AuditUnwrittenError extends AppError {
  readonly code = 'AUDIT_UNWRITTEN'
  readonly kind = 'unavailable'

  constructor(cause: unknown) {
    super('Nothing was changed, since the audit log could not be written.', {
      remedy: 'Try again in a moment. `orrery status` shows whether the database is there.',
      details: { retryAfterMs: RETRY_AFTER_MS },
      cause,
    })
  }
}
