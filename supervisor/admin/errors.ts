import { resolve } from 'node:path'
import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

/** No supervisor answers for this data directory. */
export class SupervisorAwayError extends AppError {
  override readonly code = 'SUPERVISOR_NOT_RUNNING'
  override readonly kind: FailureKind = 'unavailable'

  constructor(dataDirectory: string, cause: unknown) {
    super(`Orrery is not running on the data directory ${resolve(dataDirectory)}.`, {
      remedy: 'Start it with `npm start`, or name another data directory with ORRERY_DATA.',
      cause,
    })
  }
}
