import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { isUniqueViolation } from '#shared/postgres/unique-violation.ts'
import { type ApiKeyRow, apiKeys, apps, type NewApiKey } from '../tables.ts'

export type KeyRepository = ReturnType<typeof createKeyRepository>

/** SQL only. A revoked key is invisible to every query, and may be added again. */
export const createKeyRepository = (database: Database) => ({
  /** The key, if its app is neither deleted nor disabled. */
  async findUsable(apiKey: string): Promise<ApiKeyRow | undefined> {
    const [found] = await database
      .select({ key: apiKeys })
      .from(apiKeys)
      .innerJoin(apps, eq(apps.appId, apiKeys.appId))
      .where(
        and(eq(apiKeys.apiKey, apiKey), isNull(apiKeys.deletedAt), isNull(apps.deletedAt), eq(apps.disabled, false)),
      )
    return found?.key
  },

  /** Keys of these apps, in the order of app and key. */
  async list(appIds: string[]): Promise<ApiKeyRow[]> {
    if (appIds.length === 0) return []
    return database
      .select()
      .from(apiKeys)
      .where(and(inArray(apiKeys.appId, appIds), isNull(apiKeys.deletedAt)))
      .orderBy(apiKeys.appId, apiKeys.apiKey)
  },

  /** Undefined when any app holds this key. A key that the same app revoked comes back with the new secret. */
  async insert(row: NewApiKey): Promise<ApiKeyRow | undefined> {
    try {
      const [inserted] = await database
        .insert(apiKeys)
        .values(row)
        .onConflictDoUpdate({
          target: [apiKeys.appId, apiKeys.apiKey],
          set: { ...row, deletedAt: null, createdAt: sql`now()` },
          setWhere: isNotNull(apiKeys.deletedAt),
        })
        .returning()
      return inserted
    } catch (error) {
      if (isUniqueViolation(error)) return undefined
      throw error
    }
  },

  /** False when the app has no such key. */
  async revoke(appId: string, apiKey: string): Promise<boolean> {
    const rows = await database
      .update(apiKeys)
      .set({ deletedAt: sql`now()` })
      .where(and(eq(apiKeys.appId, appId), eq(apiKeys.apiKey, apiKey), isNull(apiKeys.deletedAt)))
      .returning({ apiKey: apiKeys.apiKey })
    return rows.length > 0
  },

  async revokeAll(appId: string): Promise<void> {
    await database
      .update(apiKeys)
      .set({ deletedAt: sql`now()` })
      .where(and(eq(apiKeys.appId, appId), isNull(apiKeys.deletedAt)))
  },
})
