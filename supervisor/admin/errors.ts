import { resolve } from 'node:path'
import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

/** The supervisor said no, with its own code, words and remedy. */
export class OperationRefusedError extends AppError {
  override readonly code: string
  override readonly kind: FailureKind = 'conflict'

  constructor(problem: { code?: string | undefined; detail?: string | undefined; remedy?: string | undefined }) {
    super(problem.detail ?? 'The supervisor refused.', problem.remedy ? { remedy: problem.remedy } : {})
    this.code = problem.code ?? 'SUPERVISOR_REFUSED'
  }
}

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
