import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

/** New workers were worse than the old ones, which have been kept or brought back. */
export class ReleaseFailedError extends AppError {
  override readonly code = 'SUPERVISOR_RELEASE_FAILED'
  override readonly kind: FailureKind = 'conflict'
}

/** A worker was to be replaced, and its successor did not get ready. */
export class WorkerKeptError extends AppError {
  override readonly code = 'SUPERVISOR_WORKER_KEPT'
  override readonly kind: FailureKind = 'conflict'

  constructor(worker: string) {
    super(`The worker ${worker} was not replaced: the new one did not get ready, so the old one stays.`, {
      remedy: 'See orrery deaths and orrery logs for the cause.',
    })
  }
}

export class PoolUnknownError extends AppError {
  override readonly code = 'SUPERVISOR_POOL_UNKNOWN'
  override readonly kind: FailureKind = 'not_found'

  constructor(name: string, pools: readonly string[]) {
    super(`There is no pool ${name}.`, { remedy: `There are ${pools.join(', ')}.` })
  }
}

export class SizeOutOfRangeError extends AppError {
  override readonly code = 'SUPERVISOR_SIZE_OUT_OF_RANGE'
  override readonly kind: FailureKind = 'invalid'

  constructor(pool: { name: string; min: number; max: number }, count: number) {
    super(`The pool ${pool.name} can have ${pool.min} to ${pool.max} workers, not ${count}.`, {
      remedy: `Change min or max of [pools.${pool.name}] in orrery.toml and run orrery reload.`,
    })
  }
}
