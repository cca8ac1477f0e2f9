import type postgres from 'postgres'
import { toArrayLiteral } from './array-literal.ts'
import { JournalGapError } from './errors.ts'
import { decodeEvents, type StoredBatch } from './event-codec.ts'
import type { JournalEvent, RunHeader } from './journal.ts'
import { RUN_STATUS, type RunRow, toRunHeader } from './run-rows.ts'
import { storableText } from './run-writer.ts'
import type { WorkerIdentity } from './worker-registration.ts'

/** A claimed run before it has a writer. */
export interface LoadedRun {
  header: RunHeader
  epoch: number
  events: JournalEvent[]
}

/**
 * Marks at most `limit` ready or due runs as this worker's. Not synced to disk: the run's first flush makes it durable, and checks it.
 * The share of the worker's row that each claim holds makes a takeover wait, so no run is claimed for a worker that is gone.
 */
export const claimRows = (
  sql: postgres.Sql,
  worker: WorkerIdentity,
  query: { kinds: readonly string[]; limit: number },
): PromiseLike<RunRow[]> => sql<RunRow[]>`
  with owner as (
    select id from journal_worker where id = ${worker.id} and epoch = ${worker.epoch} and alive for key share
  ), due as (
    select claimable.id from owner, unnest(${toArrayLiteral(query.kinds)}::text[]) as wanted(kind) cross join lateral (
      select id from run
      where run.kind = wanted.kind and status in (0, 2) and wake_at <= now()
      order by wake_at, id limit ${query.limit} for update skip locked
    ) claimable
    limit ${query.limit}
  )
  update run set status = ${RUN_STATUS.running}, worker = ${worker.id}, epoch = run.epoch + 1, wait_key = null
  from due where run.id = due.id
  returning run.*`

/** Marks the oldest run that waits for the key as this worker's. */
export const claimRowByKey = async (
  sql: postgres.Sql,
  worker: WorkerIdentity,
  key: string,
): Promise<RunRow | undefined> => {
  const [row] = await sql<RunRow[]>`
    with owner as (
      select id from journal_worker where id = ${worker.id} and epoch = ${worker.epoch} and alive for key share
    ), waiting as (
      select run.id from owner, run
      where wait_key = ${storableText(key)} and status = 2
      order by run.id limit 1 for update of run skip locked
    )
    update run set status = ${RUN_STATUS.running}, worker = ${worker.id}, epoch = run.epoch + 1, wait_key = null
    from waiting where run.id = waiting.id
    returning run.*`
  return row
}

/** Reads what happened to the claimed runs. Those with a gap are given to `onGap` and left out. */
export const loadRuns = async (
  sql: postgres.Sql,
  claimed: readonly RunRow[],
  onGap: (row: RunRow, error: JournalGapError) => Promise<void>,
): Promise<LoadedRun[]> => {
  if (claimed.length === 0) return []
  const rows = await sql<(StoredBatch & { run_id: string })[]>`
    select run_id, seq, n, body from journal
    where run_id = any(${toArrayLiteral(claimed.map((row) => row.id))}::bigint[]) order by run_id, seq`
  const byRun = Map.groupBy(rows, (row) => row.run_id)
  const loaded: LoadedRun[] = []
  for (const row of claimed) {
    try {
      loaded.push({ header: toRunHeader(row), epoch: row.epoch, events: eventsOf(row, byRun.get(row.id) ?? []) })
    } catch (error) {
      if (!(error instanceof JournalGapError)) throw error
      await onGap(row, error)
    }
  }
  return loaded
}

/** The row knows how far the journal came when it was last written: fewer events than that are a gap at the end. */
const eventsOf = (row: RunRow, batches: readonly StoredBatch[]): JournalEvent[] => {
  const events = decodeEvents(row.id, batches, 0)
  if (events.length < row.seq) throw new JournalGapError(row.id, events.length, row.seq)
  return events.map(({ event }) => event)
}

/** Fails a run that must not be continued. */
export const failRun = async (
  sql: postgres.Sql,
  worker: WorkerIdentity,
  run: { id: string; failure: string },
): Promise<void> => {
  await sql`
    update run set status = ${RUN_STATUS.failed}, worker = null, failure = ${run.failure}, finished_at = now()
    where id = ${run.id} and worker = ${worker.id}`
}

/**
 * Gives back the runs that the database counts as this worker's and that no writer here knows: the answer to their claim was lost with
 * the connection. No claim may be under way. Runs are asked for first and looked up here afterwards, so that one that begins meanwhile is known.
 */
export const returnUnknownRuns = async (
  sql: postgres.Sql,
  worker: WorkerIdentity,
  isKnown: (runId: string) => boolean,
): Promise<number> => {
  const owned = await sql<{ id: string }[]>`
    select id from run where worker = ${worker.id} and status = ${RUN_STATUS.running}`
  const unknown = owned.map((row) => row.id).filter((id) => !isKnown(id))
  if (unknown.length === 0) return 0
  const { count } = await sql`
    update run set status = ${RUN_STATUS.ready}, worker = null, wake_at = created_at
    where worker = ${worker.id} and status = ${RUN_STATUS.running} and id = any(${toArrayLiteral(unknown)}::bigint[])`
  return count
}
