import type postgres from 'postgres'
import { snowflakeAt } from '#shared/ids/snowflake.ts'
import { toArrayLiteral } from './array-literal.ts'

/** Finished runs that are not wanted any more. */
export interface SweepRuns {
  /** Runs of these kinds, or of all others. */
  kinds: { only: readonly string[] } | { except: readonly string[] }
  finishedBefore: Date
  /** Only runs with a larger (newer) id: where the batch before ended. '0' to begin with. */
  afterId: string
}

export interface SweptRuns {
  removed: number
  /** Id to go on after; undefined when nothing is left to look at, or somebody else is sweeping. */
  next: string | undefined
}

/** Rows looked at in one transaction: it is over in some milliseconds, and holds locks on rows of finished runs alone. */
const BATCH_MAX = 500
/** Key of the advisory lock that one batch of one worker holds: the letters "swee". */
const SWEEP_LOCK = 0x73_77_65_65

/**
 * Removes one batch of finished runs with their events, oldest first. Ids are in the order of time, so the table is read along its primary key:
 * runs that wait are passed by, and no index is needed that each run would have to pay for.
 */
export const sweepRuns = async (
  sql: postgres.Sql,
  { kinds, finishedBefore, afterId }: SweepRuns,
): Promise<SweptRuns> => {
  const isOnly = 'only' in kinds
  const names = toArrayLiteral(isOnly ? kinds.only : kinds.except)
  const [batch] = await sql<{ removed: number; looked: number; last: string | null }[]>`
    with turn as materialized (
      select pg_try_advisory_xact_lock(${SWEEP_LOCK}::bigint) as mine
    ), looked as materialized (
      select run.id, run.kind, run.status, run.finished_at from run, turn
      where turn.mine and run.id > ${afterId}::bigint and run.id < ${snowflakeAt(finishedBefore.getTime())}::bigint
      order by run.id limit ${BATCH_MAX}
    ), old as materialized (
      select run.id from run where run.id = any(array(
        select looked.id from looked
        where looked.status >= 7 and looked.finished_at < ${finishedBefore.toISOString()}::timestamptz
          and (looked.kind = any(${names}::text[])) = ${isOnly}::boolean))
      for update skip locked
    ), events as (
      delete from journal where run_id = any(array(select id from old))
    ), runs as (
      delete from run where id = any(array(select id from old)) returning 1
    )
    select (select count(*) from runs)::int as removed, (select count(*) from looked)::int as looked, (select max(id) from looked) as last`
  const isWhole = batch?.looked === BATCH_MAX
  return { removed: batch?.removed ?? 0, next: isWhole ? (batch.last ?? undefined) : undefined }
}
