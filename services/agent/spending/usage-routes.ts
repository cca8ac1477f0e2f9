import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import {
  cursorOf,
  keyCount,
  USAGE_KEYS,
  type UsageQuery,
  type UsageRow,
} from '#shared/models/usage/usage-report-repository.ts'
import { UsageQueryError } from '../errors.ts'
import { toUsage, UsagePage, UsageQueryFields } from './usage-schemas.ts'

export interface UsageRoutesDependencies {
  listUsage(query: UsageQuery): Promise<UsageRow[]>
}

const HOUR_MS = 3_600_000
const DEFAULT_MS = 30 * 24 * HOUR_MS

/** `/api/usage`: what models were used for, from the books. Root sees all, an app its own. */
export const usageRoutes = (dependencies: UsageRoutesDependencies) =>
  new Elysia({ prefix: '/api/usage', tags: ['models'] }).get(
    '',
    async ({ query, request }) => {
      const caller = readCaller(request.headers)
      const asked = toQuery(query, new Date())
      const appId = caller.role === 'root' ? (asked.appId ?? caller.appId) : (caller.appId ?? '')
      const found = await dependencies.listUsage({ ...asked, appId, limit: query.limit + 1 })
      const rows = found.slice(0, query.limit)
      const last = rows.at(-1)
      const nextAfter = found.length > query.limit && last ? encodeCursor(cursorOf(last, asked)) : null
      return { usage: rows.map(toUsage), nextAfter }
    },
    {
      query: UsageQueryFields,
      response: { 200: UsagePage },
      detail: { summary: 'Calls, tokens and costs of models, by app, model and time' },
    },
  )

/** Throws AGENT_USAGE_QUERY. */
const toQuery = (query: typeof UsageQueryFields.static, now: Date): UsageQuery => {
  const to = query.to === undefined ? now : new Date(query.to)
  const from = query.from === undefined ? new Date(now.getTime() - DEFAULT_MS) : new Date(query.from)
  if (from >= to) throw new UsageQueryError('`from` is not before `to`')
  const asked = new Set(query.groupBy.split(','))
  if (asked.has('day') && asked.has('hour')) throw new UsageQueryError('it is added up by day or by hour, not by both')
  const groupBy = USAGE_KEYS.filter((key) => asked.has(key))
  const after = query.after === undefined ? undefined : decodeCursor(query.after)
  if (query.after !== undefined && after?.length !== keyCount({ groupBy })) {
    throw new UsageQueryError('`after` is not the `nextAfter` of a page of this query')
  }
  return {
    from: new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS),
    ...{ to, groupBy, after, appId: query.appId, model: query.model, limit: query.limit },
  }
}

const encodeCursor = (keys: readonly string[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url')

const decodeCursor = (cursor: string): string[] | undefined => {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const isList = Array.isArray(keys) && keys.every((key) => typeof key === 'string' && !key.includes('\0'))
    return isList ? keys : undefined
  } catch {
    return undefined
  }
}
