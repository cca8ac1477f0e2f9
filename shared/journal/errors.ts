import { AppError } from '#shared/errors/app-error.ts'

/** Another worker owns what this one tried to write: the whole worker (no `runId`) or one run was taken over. Never goes away. */
export class FencedError extends AppError {
  readonly code = 'JOURNAL_FENCED'
  readonly kind = 'conflict'

  constructor(runId?: string) {
    super(runId ? `Run ${runId} was taken over by another worker.` : 'This worker was taken over by another one.', {
      remedy: 'Nothing to repair: the run goes on elsewhere. Follow it by its run id.',
      details: runId ? { runId } : {},
    })
  }
}

/** More is waiting to be written than the process may hold. */
export class JournalFullError extends AppError {
  readonly code = 'JOURNAL_FULL'
  readonly kind = 'unavailable'

  constructor(queuedBytes: number, bytesMax: number) {
    super(`The journal's queue is full: ${queuedBytes} of ${bytesMax} bytes wait to be written.`, {
      remedy: 'Try again once the database keeps up; await durable() between large events.',
      details: { queuedBytes, bytesMax },
    })
  }
}

/** The stored events of a run are not 0, 1, 2, …: it must not be continued. */
export class JournalGapError extends AppError {
  readonly code = 'JOURNAL_GAP'
  readonly kind = 'conflict'

  constructor(runId: string, expected: number, found: number) {
    super(`The journal of run ${runId} has a gap: event ${expected} was expected, a row for ${found} was found.`, {
      remedy:
        'Start the run again. Check that the database was not restored or failed over to a copy that lacked commits.',
      details: { runId, expected, found },
    })
  }
}

/** A writer was used after it had parked, released or finished its run. */
export class RunClosedError extends AppError {
  readonly code = 'JOURNAL_RUN_CLOSED'
  readonly kind = 'conflict'

  constructor(runId: string) {
    super(`Run ${runId} was given up by this writer already.`, {
      remedy: 'Append events before the run is parked, released or finished; claim it again to go on.',
      details: { runId },
    })
  }
}

/** Somebody asked for the run to be cancelled: the reason of `RunWriter.cancelled`. */
export class RunCancelledError extends AppError {
  readonly code = 'JOURNAL_RUN_CANCELLED'
  readonly kind = 'conflict'

  constructor(runId: string) {
    super(`Run ${runId} was cancelled.`, { remedy: 'Start it again if it is still wanted.', details: { runId } })
  }
}

export class RunNotFoundError extends AppError {
  readonly code = 'JOURNAL_RUN_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(runId: string) {
    super(`There is no run ${runId}.`, {
      remedy: 'Check the id; finished runs are kept for a limited time.',
      details: { runId },
    })
  }
}

/** The database refused a flush for a reason that waiting does not change (a missing table, a forbidden write). */
export class JournalRefusedError extends AppError {
  readonly code = 'JOURNAL_REFUSED'
  readonly kind = 'unavailable'

  constructor(cause: unknown) {
    super('The database refuses to store events.', {
      remedy: 'Read the cause in the log; check that the migrations ran and that the role may write.',
      cause,
    })
  }
}

export class JournalClosedError extends AppError {
  readonly code = 'JOURNAL_CLOSED'
  readonly kind = 'unavailable'

  constructor() {
    super('The journal of this process is closed.', { remedy: 'Send the request again: another worker answers it.' })
  }
}
