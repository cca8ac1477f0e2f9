import { and, eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { flowComparisons } from '../tables.ts'

export type ComparisonRepository = ReturnType<typeof createComparisonRepository>

/** Protocols saved beside a flow for prompt comparison, by flow and version name. */
export const createComparisonRepository = (database: Database) => ({
  /** Hash of the saved protocol. */
  async find(flowId: string, version: string): Promise<string | undefined> {
    const [row] = await database
      .select({ hash: flowComparisons.definitionHash })
      .from(flowComparisons)
      .where(and(eq(flowComparisons.flowId, flowId), eq(flowComparisons.version, version)))
    return row?.hash
  },

  /** Creates it, or replaces the one of the same name. */
  async put(flowId: string, version: string, definitionHash: string): Promise<void> {
    await database
      .insert(flowComparisons)
      .values({ flowId, version, definitionHash })
      .onConflictDoUpdate({
        target: [flowComparisons.flowId, flowComparisons.version],
        set: { definitionHash, updatedAt: new Date() },
      })
  },

  /** False when there was none. */
  async remove(flowId: string, version: string): Promise<boolean> {
    const removed = await database
      .delete(flowComparisons)
      .where(and(eq(flowComparisons.flowId, flowId), eq(flowComparisons.version, version)))
      .returning({ flowId: flowComparisons.flowId })
    return removed.length > 0
  },
})
