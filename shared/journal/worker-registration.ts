import { hostname } from 'node:os'
import type postgres from 'postgres'
import type { Logger } from '#shared/logging/logger.ts'
import type { RenewingClient } from '#shared/postgres/renewing-client.ts'

/** What this process is in the table of workers. Both numbers must still be there whenever it writes. */
export interface WorkerIdentity {
  id: number
  epoch: number
}

const HEARTBEAT_MS = 1000
/** How long the rows of workers that ended stay, for whoever reads the table to understand a crash. */
const KEEP_DEAD_DAYS = 7

/**
 * Adds this process to the table of workers.
 *
 * @param sql must commit synchronously: a worker that the database forgot could write nothing
 * @param flusher application_name of the connection that its flushes go through, for a takeover to find it
 */
export const registerWorker = async (sql: postgres.Sql, flusher: string): Promise<WorkerIdentity> => {
  // Sent together, for a start waits for both.
  const [[row]] = await Promise.all([
    sql<WorkerIdentity[]>`
      insert into journal_worker (pid, host, flusher) values (${process.pid}, ${hostname()}, ${flusher}) returning id, epoch`,
    sql`delete from journal_worker where not alive and seen < now() - ${KEEP_DEAD_DAYS} * interval '1 day'`,
  ])
  if (!row) throw new Error('The database returned no worker id.')
  return row
}

/**
 * Says each second that this worker lives. Other hosts take over one that is silent for long.
 *
 * @param onFenced called once, when the worker was taken over
 * @returns stops it
 */
export const startHeartbeat = (options: {
  client: RenewingClient
  worker: WorkerIdentity
  logger: Logger
  onFenced(): void
}): (() => void) => {
  const { client, worker, logger, onFenced } = options
  let busy = false
  const beat = async () => {
    if (busy) return
    busy = true
    try {
      const { count } = await client.ask(
        (sql) => sql`
          update journal_worker set seen = now() where id = ${worker.id} and epoch = ${worker.epoch} and alive`,
      )
      if (count > 0) return
      clearInterval(timer)
      onFenced()
    } catch (error) {
      logger.debug({ err: error }, 'journal heartbeat failed')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void beat(), HEARTBEAT_MS)
  timer.unref()
  return () => clearInterval(timer)
}
