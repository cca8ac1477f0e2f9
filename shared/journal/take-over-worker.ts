import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { answerWithin } from './answer-within.ts'

const CONNECT_SECONDS_MAX = 3
const CLOSE_SECONDS_MAX = 1
/** Long enough for a flush in flight to end. */
const ANSWER_MS_MAX = 10_000

/**
 * Makes the runs of a dead or frozen worker claimable and all its later writes impossible. Waits for a flush that is being committed, so
 * whatever that worker saw acknowledged is kept. Safe to repeat.
 *
 * Opens and closes a connection of its own; rejects within ten seconds when the database does not answer (repeat it then).
 *
 * @param workerId id in the journal's worker table (`Journal.workerId`)
 * @returns how many runs became claimable
 */
export const takeOverWorker = (databaseUrl: string, workerId: number): Promise<number> =>
  withConnection(databaseUrl, async (sql) => {
    const [row] = await sql<{ runs: number }[]>`select takeover(${workerId}) as runs`
    return row?.runs ?? 0
  })

/**
 * Takes over every worker that gave no sign of life for `olderThanMs`, by the clock of the database. Time in which the database itself was
 * down does not count: nobody could have said anything then.
 *
 * @returns how many runs became claimable
 */
export const takeOverStaleWorkers = (databaseUrl: string, olderThanMs: number): Promise<number> =>
  withConnection(databaseUrl, async (sql) => {
    const stale = await sql<{ id: number }[]>`
      select id from journal_worker
      where alive and greatest(seen, pg_postmaster_start_time()) < now() - ${olderThanMs}::float8 * interval '1 millisecond'
      order by id`
    let runs = 0
    for (const { id } of stale) {
      const [row] = await sql<{ runs: number }[]>`select takeover(${id}) as runs`
      runs += row?.runs ?? 0
    }
    return runs
  })

/** A connection of its own for one question, whatever becomes of it. `fetch_types` off: see renewing-client.ts. */
const withConnection = async <Value>(databaseUrl: string, use: (sql: postgres.Sql) => Promise<Value>) => {
  const sql = postgres({
    ...connectionOptions(databaseUrl),
    max: 1,
    fetch_types: false,
    connect_timeout: CONNECT_SECONDS_MAX,
    connection: { application_name: 'orrery takeover' },
  })
  try {
    return await answerWithin(ANSWER_MS_MAX, use(sql))
  } finally {
    sql.end({ timeout: CLOSE_SECONDS_MAX }).catch(() => undefined)
  }
}
