import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { VariableStore } from '../engine/flow-services.ts'
import { flowVariables } from '../tables.ts'

/** What conversations remember between runs. */
export const createVariableRepository = (database: Database): VariableStore => ({
  async set(scope, values) {
    // In one order everywhere, so that two runs that set the same names do not wait for each other in a circle.
    const names = Object.keys(values).sort()
    const rows = names.map((name) => ({ ...scope, name, value: JSON.stringify(values[name] ?? null) }))
    if (rows.length === 0) return
    await database
      .insert(flowVariables)
      .values(rows)
      .onConflictDoUpdate({
        target: [
          flowVariables.flowId,
          flowVariables.appId,
          flowVariables.uid,
          flowVariables.chatId,
          flowVariables.name,
        ],
        set: { value: sql`excluded.value`, updatedAt: sql`now()` },
      })
  },

  async get(scope, names) {
    if (names.length === 0) return new Map()
    const { flowId, appId, uid, chatId } = scope
    const rows = await database
      .select({ name: flowVariables.name, value: flowVariables.value })
      .from(flowVariables)
      .where(
        and(
          eq(flowVariables.flowId, flowId),
          eq(flowVariables.appId, appId),
          eq(flowVariables.uid, uid),
          eq(flowVariables.chatId, chatId),
          inArray(flowVariables.name, [...names]),
        ),
      )
    return new Map(rows.map((row) => [row.name, JSON.parse(row.value) as unknown]))
  },
})
