import type postgres from 'postgres'
import { decodeEvents, type StoredBatch } from './event-codec.ts'
import type { ListRuns, RunHeader, SequencedEvent } from './journal.ts'
import { RUN_STATUS, type RunRow, toRunHeader } from './run-rows.ts'

const LIST_MAX = 1000
const ID_MAX = '9223372036854775807'

export const findRun = async (sql: postgres.Sql, runId: string): Promise<RunHeader | undefined> => {
  const [row] = await sql<RunRow[]>`select * from run where id = ${runId}`
  return row && toRunHeader(row)
}

/** Newest first. */
export const listRuns = async (sql: postgres.Sql, query: ListRuns): Promise<RunHeader[]> => {
  const rows = await sql<RunRow[]>`
    select * from run
    where id < ${query.beforeId ?? ID_MAX}
      ${query.appId === undefined ? sql`` : sql`and app_id = ${query.appId}`}
      ${query.kind === undefined ? sql`` : sql`and kind = ${query.kind}`}
      ${query.state === undefined ? sql`` : sql`and status = ${sql.unsafe(String(RUN_STATUS[query.state]))}`}
    order by id desc
    limit ${Math.min(Math.max(query.limit, 1), LIST_MAX)}`
  return rows.map(toRunHeader)
}

/** Stored events above `afterSequence`. Throws JournalGapError when they do not follow each other. */
export const readEvents = async (
  sql: postgres.Sql,
  runId: string,
  afterSequence: number,
): Promise<SequencedEvent[]> => {
  const rows = await sql<StoredBatch[]>`
    select seq, n, body from journal where run_id = ${runId} and seq + n > ${afterSequence + 1}::int order by seq`
  return decodeEvents(runId, rows, afterSequence + 1)
}
