import { and, eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { flowLicences } from '../tables.ts'

export type LicenceRepository = ReturnType<typeof createLicenceRepository>

/** Which app may run which group of flow versions. */
export const createLicenceRepository = (database: Database) => ({
  /** 1 valid, 0 withdrawn, undefined when the app was never bound. */
  async status(appId: string, groupId: string): Promise<number | undefined> {
    const [row] = await database
      .select({ status: flowLicences.status })
      .from(flowLicences)
      .where(and(eq(flowLicences.appId, appId), eq(flowLicences.groupId, groupId)))
    return row?.status
  },

  async bind(appId: string, groupId: string): Promise<void> {
    await database
      .insert(flowLicences)
      .values({ appId, groupId })
      .onConflictDoUpdate({ target: [flowLicences.appId, flowLicences.groupId], set: { status: 1 } })
  },
})
