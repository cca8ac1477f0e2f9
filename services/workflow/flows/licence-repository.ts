import type { Database } from '#shared/postgres/connect.ts'
import { flowLicences } from '../tables.ts'

export type LicenceRepository = ReturnType<typeof createLicenceRepository>

/** Which app may run which group of flow versions. */
export const createLicenceRepository = (database: Database) => ({
  async bind(appId: string, groupId: string): Promise<void> {
    await database
      .insert(flowLicences)
      .values({ appId, groupId })
      .onConflictDoUpdate({ target: [flowLicences.appId, flowLicences.groupId], set: { status: 1 } })
  },
})
