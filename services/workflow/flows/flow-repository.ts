import { and, desc, eq, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type FlowRow, flowComparisons, flowLicences, flows, flowVersions, type NewFlow } from '../tables.ts'

export type FlowRepository = ReturnType<typeof createFlowRepository>
export type FlowChanges = Partial<Omit<FlowRow, 'id' | 'groupId' | 'createdAt'>>

/** Drafts and what they released. SQL only: no query decides who may see a flow. */
export const createFlowRepository = (database: Database) => ({
  async find(flowId: string): Promise<FlowRow | undefined> {
    const [row] = await database.select().from(flows).where(eq(flows.id, flowId))
    return row
  },

  /** The row, locked until the transaction ends: two publications of one flow take turns. */
  async lock(flowId: string): Promise<FlowRow | undefined> {
    const [row] = await database.select().from(flows).where(eq(flows.id, flowId)).for('update')
    return row
  },

  /** Newest first. Ids are decimal texts of different lengths, hence the order by length. */
  async list(filter: { appId: string | undefined; beforeId: string | undefined; limit: number }): Promise<FlowRow[]> {
    const { appId, beforeId } = filter
    return database
      .select()
      .from(flows)
      .where(
        and(
          appId === undefined ? undefined : eq(flows.appId, appId),
          beforeId === undefined
            ? undefined
            : sql`(length(${flows.id}), ${flows.id}) < (length(${beforeId}::text), ${beforeId}::text)`,
        ),
      )
      .orderBy(desc(sql`length(${flows.id})`), desc(flows.id))
      .limit(filter.limit)
  },

  async insert(row: NewFlow): Promise<FlowRow> {
    const [inserted] = await database.insert(flows).values(row).returning()
    return inserted as FlowRow // an insert without conflict clause returns its row or throws
  },

  async update(flowId: string, changes: FlowChanges): Promise<FlowRow | undefined> {
    const [row] = await database
      .update(flows)
      .set({ ...changes, updatedAt: new Date() })
      .where(eq(flows.id, flowId))
      .returning()
    return row
  },

  /** Removes the flow with its versions and licences. Definitions stay, because runs name them. False when there was none. */
  async remove(flowId: string, appId: string): Promise<boolean> {
    return database.transaction(async (transaction) => {
      const [row] = await transaction
        .delete(flows)
        .where(and(eq(flows.id, flowId), eq(flows.appId, appId)))
        .returning()
      if (!row) return false
      await transaction.delete(flowVersions).where(eq(flowVersions.flowId, flowId))
      await transaction.delete(flowComparisons).where(eq(flowComparisons.flowId, flowId))
      await transaction.delete(flowLicences).where(eq(flowLicences.groupId, row.groupId))
      return true
    })
  },
})
