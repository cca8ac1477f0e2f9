import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { apps, DEFAULT_SPACE_ID, members, type Role, type SpaceRow, spaces } from '../tables.ts'

export type SpaceRepository = ReturnType<typeof createSpaceRepository>

export interface SpacePage {
  afterId?: string | undefined
  limit: number
}

/** SQL only. */
export const createSpaceRepository = (database: Database) => ({
  async find(id: string): Promise<SpaceRow | undefined> {
    const [row] = await database.select().from(spaces).where(eq(spaces.id, id))
    return row
  },

  /** The same, and until the end of the transaction nobody else changes who is a member, or whether it exists. */
  async lock(id: string): Promise<SpaceRow | undefined> {
    const [row] = await database.select().from(spaces).where(eq(spaces.id, id)).for('update')
    return row
  },

  async list({ afterId, limit }: SpacePage): Promise<SpaceRow[]> {
    return database
      .select()
      .from(spaces)
      .where(afterId === undefined ? undefined : gt(spaces.id, afterId))
      .orderBy(asc(spaces.id))
      .limit(limit)
  },

  async listOf(userId: string, { afterId, limit }: SpacePage): Promise<{ space: SpaceRow; role: Role }[]> {
    return database
      .select({ space: spaces, role: members.role })
      .from(members)
      .innerJoin(spaces, eq(spaces.id, members.spaceId))
      .where(and(eq(members.userId, userId), afterId === undefined ? undefined : gt(spaces.id, afterId)))
      .orderBy(asc(spaces.id))
      .limit(limit)
  },

  async insert(row: { name: string }): Promise<SpaceRow> {
    const [inserted] = await database.insert(spaces).values(row).returning()
    return inserted as SpaceRow // safe: an insert returns its row or throws
  },

  async insertDefault(): Promise<void> {
    await database.insert(spaces).values({ id: DEFAULT_SPACE_ID, name: 'Default' }).onConflictDoNothing()
  },

  async rename(id: string, name: string): Promise<SpaceRow | undefined> {
    const [updated] = await database
      .update(spaces)
      .set({ name, updatedAt: sql`now()` })
      .where(eq(spaces.id, id))
      .returning()
    return updated
  },

  async remove(id: string): Promise<void> {
    await database.delete(spaces).where(eq(spaces.id, id))
  },

  /** Of all its apps, the deleted ones too: what happened to them is told all the same. */
  async appIdsOf(id: string, limit: number): Promise<string[]> {
    const rows = await database.select({ appId: apps.appId }).from(apps).where(eq(apps.spaceId, id)).limit(limit)
    return rows.map(({ appId }) => appId)
  },

  async hasApps(id: string): Promise<boolean> {
    const [row] = await database
      .select({ appId: apps.appId })
      .from(apps)
      .where(and(eq(apps.spaceId, id), isNull(apps.deletedAt)))
      .limit(1)
    return row !== undefined
  },
})
