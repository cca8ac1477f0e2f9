import { sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { Share } from './slot-policy.ts'

export type SlotRepository = ReturnType<typeof createSlotRepository>

/** What a process has of a scope, and what it wants. */
export interface SlotClaim {
  /** `model:<name>` or `app:<id>`. */
  scope: string
  holder: string
  /** Places that calls are using: never taken away. */
  used: number
  wanted: number
  waiting: number
  /** Places of all processes together. */
  limit: number
  /** A process that says nothing for so long has lost its places. */
  leaseMs: number
}

/** SQL only. */
export const createSlotRepository = (database: Database) => ({
  /**
   * Leases places, renews the lease and gives back, in one statement: the row of the scope is locked while it is changed, so that all processes
   * together never lease more than the limit. It need not outlive a crash of the database, therefore nobody waits for the disk.
   */
  async claim({
    scope,
    holder,
    used,
    wanted,
    waiting,
    limit,
    leaseMs,
  }: SlotClaim): Promise<{ leased: number; others: Share[] }> {
    const nowMs = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    const isOther = sql`key <> ${holder} and (value->>'untilMs')::bigint > ${nowMs}`
    const own = (
      free: ReturnType<typeof sql>,
    ) => sql`jsonb_build_object('leased', greatest(${used}::int, least(${wanted}::int, ${free})),
      'waiting', ${waiting}::int, 'untilMs', ${nowMs} + ${leaseMs}::bigint)`
    const [row] = (await database.execute(sql`
      with synced as materialized (
        select set_config('synchronous_commit', 'off', true) as value
      )
      insert into model_slots as s (scope, holders)
      select ${scope}::text, jsonb_build_object(${holder}::text, ${own(sql`${limit}::int`)}) from synced
      on conflict (scope) do update set holders = (
        select coalesce(jsonb_object_agg(key, value), '{}') from (
          select key, value from jsonb_each(s.holders) where ${isOther}
          union all
          select ${holder}::text, ${own(sql`${limit}::int - (
            select coalesce(sum((value->>'leased')::int), 0)::int from jsonb_each(s.holders) where ${isOther})`)}
          where ${used + wanted + waiting}::int > 0
        ) as holder
      )
      returning holders`)) as unknown as { holders: Record<string, Share> }[]
    const holders = Object.entries(row?.holders ?? {})
    return {
      leased: holders.find(([name]) => name === holder)?.[1].leased ?? 0,
      others: holders.filter(([name]) => name !== holder).map(([, { leased, waiting }]) => ({ leased, waiting })),
    }
  },
})
