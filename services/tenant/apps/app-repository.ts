import { and, desc, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { isUniqueViolation } from '#shared/postgres/unique-violation.ts'
import { type AppRow, apps, type NewApp } from '../tables.ts'

export type AppRepository = ReturnType<typeof createAppRepository>

export interface AppSearch {
  appIds?: string[] | undefined
  /** Part of the name, compared letter by letter. */
  namePart?: string | undefined
  developerId?: string | undefined
  channelId?: string | undefined
  limit: number
}

/** What makes a name unique among the apps that are not deleted. */
export type AppNameScope = Pick<AppRow, 'developerId' | 'source' | 'channelId' | 'name'>

/** SQL only. A deleted app is invisible to every query but `insert`, whose id stays taken. */
export const createAppRepository = (database: Database) => ({
  async find(appId: string): Promise<AppRow | undefined> {
    const [row] = await database
      .select()
      .from(apps)
      .where(live(eq(apps.appId, appId)))
    return row
  },

  /** All conditions that are given must hold. Oldest first. */
  async search(search: AppSearch): Promise<AppRow[]> {
    return database
      .select()
      .from(apps)
      .where(
        live(
          search.appIds && inArray(apps.appId, search.appIds),
          search.namePart === undefined ? undefined : sql`strpos(${apps.name}, ${search.namePart}) > 0`,
          search.developerId === undefined ? undefined : eq(apps.developerId, search.developerId),
          search.channelId === undefined ? undefined : eq(apps.channelId, search.channelId),
        ),
      )
      .orderBy(apps.createdAt, apps.appId)
      .limit(search.limit)
  },

  /** Newest first. Pass the last id of a page to get the next one, even if that app was deleted meanwhile. */
  async list(page: {
    beforeId?: string | undefined
    limit: number
    /** Of these spaces alone. */
    spaceIds?: readonly string[] | undefined
  }): Promise<AppRow[]> {
    const position = sql`(select ${apps.createdAt}, ${apps.appId} from ${apps} where ${apps.appId} = ${page.beforeId})`
    return database
      .select()
      .from(apps)
      .where(
        live(
          page.beforeId === undefined ? undefined : sql`(${apps.createdAt}, ${apps.appId}) < ${position}`,
          page.spaceIds && inArray(apps.spaceId, [...page.spaceIds]),
        ),
      )
      .orderBy(desc(apps.createdAt), desc(apps.appId))
      .limit(page.limit)
  },

  async isNameTaken(scope: AppNameScope, exceptAppId = ''): Promise<boolean> {
    const [row] = await database
      .select({ appId: apps.appId })
      .from(apps)
      .where(
        live(
          eq(apps.developerId, scope.developerId),
          eq(apps.source, scope.source),
          eq(apps.channelId, scope.channelId),
          eq(apps.name, scope.name),
          ne(apps.appId, exceptAppId),
        ),
      )
      .limit(1)
    return row !== undefined
  },

  /** Undefined when the id is or was in use, or the name is. */
  async insert(row: NewApp): Promise<AppRow | undefined> {
    const [inserted] = await database.insert(apps).values(row).onConflictDoNothing().returning()
    return inserted
  },

  /** Undefined when there is no such app; `name-taken` when another one got the name first. */
  async update(
    appId: string,
    changes: Partial<Pick<AppRow, 'name' | 'description' | 'disabled' | 'spaceId'>>,
  ): Promise<AppRow | undefined | 'name-taken'> {
    try {
      const [updated] = await database
        .update(apps)
        .set({ ...changes, updatedAt: sql`now()` })
        .where(live(eq(apps.appId, appId)))
        .returning()
      return updated
    } catch (error) {
      if (isUniqueViolation(error)) return 'name-taken'
      throw error
    }
  },

  /** False when there is no such app. */
  async markDeleted(appId: string): Promise<boolean> {
    const rows = await database
      .update(apps)
      .set({ deletedAt: sql`now()`, updatedAt: sql`now()` })
      .where(live(eq(apps.appId, appId)))
      .returning({ appId: apps.appId })
    return rows.length > 0
  },
})

const live = (...conditions: (SQL | undefined)[]) => and(isNull(apps.deletedAt), ...conditions)
