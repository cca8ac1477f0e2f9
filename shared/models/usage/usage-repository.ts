import { sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { UsageSum } from './usage-entry.ts'

/** Hours stay on the books this long: a year and what people take to ask about it. */
const KEEP_DAYS = 400

export type UsageRepository = ReturnType<typeof createUsageRepository>

/** One write of one process. */
export interface UsageFlush {
  writer: string
  /** Grows by one with each flush of the writer; a repeated one keeps its number. */
  number: number
  sums: readonly UsageSum[]
  /** What the calls under way have used so far. */
  open: readonly UsageSum[]
}

/** SQL only. */
export const createUsageRepository = (database: Database) => ({
  /**
   * Adds the sums, on disk when it resolves, unless this flush was stored before: a flush whose answer was lost may be repeated. Rows are taken
   * in one order by everybody, so that processes wait for each other and never in a circle.
   */
  async store({ writer, number, sums, open }: UsageFlush): Promise<void> {
    await database.execute(sql`
      with synced as materialized (
        select set_config('synchronous_commit', 'on', true) as value
      ), writer as (
        insert into model_usage_writers as w (id, flush, open)
        select ${writer}, ${number}::bigint, ${JSON.stringify(open)}::text::jsonb from synced
        on conflict (id) do update set flush = excluded.flush, open = excluded.open, seen = now() where w.flush < excluded.flush
        returning 1
      )
      ${addSums(sql`select * from ${toRows(sql`${JSON.stringify(sums)}::text::jsonb`)} where exists (select 1 from writer)`)}`)
  },

  /** Says that a writer lives. */
  async touch(writer: string): Promise<void> {
    await database.execute(sql`update model_usage_writers set seen = now() where id = ${writer}`)
  },

  /** Counts what the open calls of writers that were silent for so long had used, as broken ones, and forgets those writers. */
  async sweep(silentMs: number): Promise<void> {
    await database.execute(sql`
      with dead as (
        delete from model_usage_writers where seen < now() - ${silentMs}::float8 * interval '1 millisecond' returning open
      )
      ${addSums(sql`
        select s.hour, s."appId", s.model, s.currency, sum(s.calls) as calls, sum(s.calls) as "brokenCalls", sum(s.calls) as "estimatedCalls",
          sum(s."promptTokens") as "promptTokens", sum(s."completionTokens") as "completionTokens",
          sum(s."promptTokens" + s."completionTokens") as "estimatedTokens", sum(s."costNano") as "costNano"
        from dead, ${toRows(sql`dead.open`, sql`s`)} group by 1, 2, 3, 4`)}`)
  },

  /** Forgets hours that are past all questions. */
  async forgetOld(): Promise<void> {
    await database.execute(sql`delete from model_usage where hour < now() - ${KEEP_DAYS}::int * interval '1 day'`)
  },

  /** What an app has used since two moments. Cost in billionths, of that currency alone. */
  async spent(
    appId: string,
    since: { day: Date; month: Date; currency: string },
  ): Promise<{ dayTokens: number; monthTokens: number; dayCostNano: number; monthCostNano: number }> {
    const ofDay = sql`filter (where hour >= ${since.day.toISOString()}::timestamptz)`
    const ofCurrency = sql`case when currency = ${since.currency} then cost_nano else 0 end`
    const [row] = (await database.execute(sql`
      select coalesce(sum(prompt_tokens + completion_tokens), 0)::float8 as month_tokens,
        coalesce(sum(prompt_tokens + completion_tokens) ${ofDay}, 0)::float8 as day_tokens,
        coalesce(sum(${ofCurrency}), 0)::float8 as month_cost_nano,
        coalesce(sum(${ofCurrency}) ${ofDay}, 0)::float8 as day_cost_nano
      from model_usage where app_id = ${appId} and hour >= ${since.month.toISOString()}::timestamptz`)) as unknown as Record<
      string,
      number
    >[]
    return {
      dayTokens: row?.day_tokens ?? 0,
      monthTokens: row?.month_tokens ?? 0,
      dayCostNano: row?.day_cost_nano ?? 0,
      monthCostNano: row?.month_cost_nano ?? 0,
    }
  },
})

/** @param json an SQL expression: an array of UsageSum */
const toRows = (json: ReturnType<typeof sql>, name = sql`r`) => sql`
  jsonb_to_recordset(${json}) as ${name}(hour timestamptz, "appId" text, model text, currency text, calls bigint, "brokenCalls" bigint,
    "estimatedCalls" bigint, "promptTokens" bigint, "completionTokens" bigint, "estimatedTokens" bigint, "costNano" bigint)`

/** @param source a query with the columns of UsageSum */
const addSums = (source: ReturnType<typeof sql>) => sql`
  insert into model_usage as u (hour, app_id, model, currency, calls, broken_calls, estimated_calls, prompt_tokens, completion_tokens,
    estimated_tokens, cost_nano)
  select hour, "appId", model, currency, calls, "brokenCalls", "estimatedCalls", "promptTokens", "completionTokens", "estimatedTokens",
    "costNano"
  from (${source}) as source order by "appId", hour, model, currency
  on conflict (app_id, hour, model, currency) do update set
    calls = u.calls + excluded.calls,
    broken_calls = u.broken_calls + excluded.broken_calls,
    estimated_calls = u.estimated_calls + excluded.estimated_calls,
    prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = u.completion_tokens + excluded.completion_tokens,
    estimated_tokens = u.estimated_tokens + excluded.estimated_tokens,
    cost_nano = u.cost_nano + excluded.cost_nano`
