import type postgres from 'postgres'
import type { Logger } from '#shared/logging/logger.ts'
import type { RenewingClient } from '#shared/postgres/renewing-client.ts'
import type { RunState } from './journal.ts'
import type { OwnedRuns } from './owned-runs.ts'
import { toRunState } from './run-rows.ts'
import type { WorkerIdentity } from './worker-registration.ts'

/** Requests that came in elsewhere are noticed within this time. */
const WATCH_MS = 1_000

/** Stores the request and tells the run's state then; undefined when there is no such run. See `cancel_run` in schema.sql. */
export const requestCancel = async (sql: postgres.Sql, runId: string): Promise<RunState | undefined> => {
  const [row] = await sql<{ status: number | null }[]>`select cancel_run(${runId}) as status`
  return row?.status == null ? undefined : toRunState(row.status)
}

/**
 * Looks for runs of this worker that are to be cancelled, and tells their executors. The request stays in the row: one that was not noticed
 * before the run left this worker is seen by whoever claims it.
 *
 * @returns stops it
 */
export const watchCancelRequests = (options: {
  client: RenewingClient
  worker: WorkerIdentity
  owned: Pick<OwnedRuns, 'get' | 'size'>
  logger: Logger
}): (() => void) => {
  const { client, worker, owned, logger } = options
  let busy = false
  const look = async () => {
    if (busy || owned.size === 0) return
    busy = true
    try {
      const rows = await client.ask(
        (sql) => sql<{ id: string }[]>`
          select id from run where worker = ${worker.id} and status = 1 and cancel_at is not null`,
      )
      for (const { id } of rows) owned.get(id)?.cancel()
    } catch (error) {
      logger.debug({ err: error }, 'could not look for cancelled runs')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void look(), WATCH_MS)
  timer.unref()
  return () => clearInterval(timer)
}
