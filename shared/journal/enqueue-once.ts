import type postgres from 'postgres'
import { encodeBody } from './event-codec.ts'
import type { JournalEvent, NewRun } from './journal.ts'
import { storableText } from './run-writer.ts'

/**
 * Stores a run under an id that others may be storing it under, ready for any worker; on disk when it resolves. Goes beside the flushes: there,
 * a row that exists already would hold up the runs of the whole group.
 *
 * @returns false when the run is there already: nothing was changed
 */
export const enqueueRunOnce = async (
  sql: postgres.Sql,
  run: NewRun & { id: string },
  events: readonly JournalEvent[],
): Promise<boolean> => {
  const body = encodeBody(events.map((event) => JSON.stringify(event)))
  const [stored] = await sql<{ synced: string; runs: number }[]>`
    with synced as materialized (
      select set_config('synchronous_commit', 'on', true) as value
    ), fresh as (
      insert into run (id, kind, app_id, subject_id, subject_version, seq)
      values (${run.id}, ${storableText(run.kind)}, ${storableText(run.appId)}, ${storableText(run.subjectId)},
        ${storableText(run.subjectVersion)}, ${events.length}::int)
      on conflict (id) do nothing returning id
    ), written as (
      insert into journal (run_id, seq, n, body) select id, 0, ${events.length}::int, ${Buffer.from(body)}::bytea from fresh
    )
    select (select value from synced) as synced, (select count(*) from fresh)::int as runs`
  return stored?.runs === 1
}
