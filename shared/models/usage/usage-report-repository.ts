import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { UsageCounts } from './usage-entry.ts'

/** What rows may be added up by; by currency they always are. */
export const USAGE_KEYS = ['hour', 'day', 'app', 'model'] as const
export type UsageKey = (typeof USAGE_KEYS)[number]

export interface UsageQuery {
  from: Date
  /** Not included. */
  to: Date
  appId: string | undefined
  model: string | undefined
  groupBy: readonly UsageKey[]
  /** The keys of the last row of the page before, as it showed them. */
  after: readonly string[] | undefined
  limit: number
}

/** Calls added up; keys that were not asked for are missing. */
export interface UsageRow extends UsageCounts {
  /** Beginning of the hour or day, UTC, ISO 8601. */
  time?: string
  appId?: string
  model?: string
}

interface Key {
  name: 'time' | 'appId' | 'model' | 'currency'
  by: UsageKey | undefined
  value: SQL
  shown: SQL
  type: SQL
}

const timeKey = (by: 'hour' | 'day', value: SQL): Key => ({
  ...{ name: 'time', by, value, type: sql`timestamptz` },
  shown: sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
})
const textKey = (name: Key['name'], by: UsageKey | undefined, value: SQL): Key => ({
  ...{ name, by, value, shown: value, type: sql`text` },
})

const KEYS: readonly Key[] = [
  timeKey('hour', sql`hour`),
  timeKey('day', sql`date_trunc('day', hour, 'UTC')`),
  textKey('appId', 'app', sql`app_id`),
  textKey('model', 'model', sql`model`),
  textKey('currency', undefined, sql`currency`),
]

const keysOf = ({ groupBy }: Pick<UsageQuery, 'groupBy'>): Key[] =>
  KEYS.filter(({ by }) => by === undefined || groupBy.includes(by))

/** The keys of a row, for the query of the next page. */
export const cursorOf = (row: UsageRow, query: Pick<UsageQuery, 'groupBy'>): string[] =>
  keysOf(query).map(({ name }) => row[name] ?? '')

/** How many keys rows of this query have. */
export const keyCount = (query: Pick<UsageQuery, 'groupBy'>): number => keysOf(query).length

/** SQL only: usage added up by the keys and ordered by them, from `after` on. */
export const listUsage = async (database: Database, query: UsageQuery): Promise<UsageRow[]> => {
  const keys = keysOf(query)
  const values = sql.join(
    keys.map(({ value }) => value),
    sql`, `,
  )
  const after = query.after?.map((value, place) => sql`${value}::${keys[place]?.type ?? sql`text`}`)
  const conditions = [
    sql`hour >= ${query.from.toISOString()}::timestamptz and hour < ${query.to.toISOString()}::timestamptz`,
    ...(query.appId === undefined ? [] : [sql`app_id = ${query.appId}`]),
    ...(query.model === undefined ? [] : [sql`model = ${query.model}`]),
    ...(after ? [sql`(${values}) > (${sql.join(after, sql`, `)})`] : []),
  ]
  const shown = sql.join(
    keys.map(({ name, shown }) => sql`${shown} as ${sql.identifier(name)}`),
    sql`, `,
  )
  const rows = await database.execute(sql`
    select ${shown}, sum(calls)::float8 as calls, sum(broken_calls)::float8 as "brokenCalls",
      sum(estimated_calls)::float8 as "estimatedCalls", sum(prompt_tokens)::float8 as "promptTokens",
      sum(completion_tokens)::float8 as "completionTokens", sum(estimated_tokens)::float8 as "estimatedTokens",
      sum(cost_nano)::float8 as "costNano"
    from model_usage where ${sql.join(conditions, sql` and `)}
    group by ${values} order by ${values} limit ${query.limit}`)
  return [...(rows as unknown as Iterable<UsageRow>)] // safe: the columns above
}
