import { and, eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type FlowVersionRow, flowVersions } from '../tables.ts'

export type VersionRepository = ReturnType<typeof createVersionRepository>

/** Named publications of flows. */
export const createVersionRepository = (database: Database) => ({
  async list(flowId: string): Promise<FlowVersionRow[]> {
    return database.select().from(flowVersions).where(eq(flowVersions.flowId, flowId))
  },

  async find(flowId: string, version: string): Promise<FlowVersionRow | undefined> {
    const [row] = await database
      .select()
      .from(flowVersions)
      .where(and(eq(flowVersions.flowId, flowId), eq(flowVersions.version, version)))
    return row
  },

  /** Creates the version, or points an existing one to another definition: publishers may publish a name again. */
  async put(flowId: string, version: string, definitionHash: string): Promise<void> {
    await database
      .insert(flowVersions)
      .values({ flowId, version, definitionHash })
      .onConflictDoUpdate({
        target: [flowVersions.flowId, flowVersions.version],
        set: { definitionHash, updatedAt: new Date() },
      })
  },
})
