import { and, eq, gt, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { isUniqueViolation } from '#shared/postgres/unique-violation.ts'
import { type ApiKeyRow, apiKeys, apps, type NewApiKey } from '../tables.ts'

export type KeyRepository = ReturnType<typeof createKeyRepository>

/** SQL only. A revoked key is invisible to every query, and may be added again. */
export const createKeyRepository = (database: Database) => ({
  /** The key, if it has not ended and its app is neither deleted nor disabled. */
  async findUsable(apiKey: string): Promise<ApiKeyRow | undefined> {
    const [found] = await database
      .select({ key: apiKeys })
      .from(apiKeys)
      .innerJoin(apps, eq(apps.appId, apiKeys.appId))
      .where(usable(eq(apiKeys.apiKey, apiKey)))
    return found?.key
  },

  /** Which of these keys are usable. */
  async listUsable(names: string[]): Promise<string[]> {
    if (names.length === 0) return []
    const rows = await database
      .select({ apiKey: apiKeys.apiKey })
      .from(apiKeys)
      .innerJoin(apps, eq(apps.appId, apiKeys.appId))
      .where(usable(inArray(apiKeys.apiKey, names)))
    return rows.map(({ apiKey }) => apiKey)
  },

  async find(appId: string, apiKey: string): Promise<ApiKeyRow | undefined> {
    const [row] = await database.select().from(apiKeys).where(live(appId, apiKey))
    return row
  },

  /** The same, held against other changes until the transaction ends. */
  async lock(appId: string, apiKey: string): Promise<ApiKeyRow | undefined> {
    const [row] = await database.select().from(apiKeys).where(live(appId, apiKey)).for('update')
    return row
  },

  /** Undefined when the app has no such key. */
  async update(
    appId: string,
    apiKey: string,
    changes: Partial<Pick<ApiKeyRow, 'scopes' | 'note' | 'expiresAt' | 'replacedBy'>>,
  ): Promise<ApiKeyRow | undefined> {
    const [row] = await database.update(apiKeys).set(changes).where(live(appId, apiKey)).returning()
    return row
  },

  /** Writes at most once a minute for a key, however often it is used. */
  async markUsed(appId: string, apiKey: string): Promise<void> {
    const longAgo = sql`coalesce(${apiKeys.lastUsedAt} < now() - interval '1 minute', true)`
    await database
      .update(apiKeys)
      .set({ lastUsedAt: sql`now()` })
      .where(and(live(appId, apiKey), longAgo))
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

  /** The same without those that have ended. */
  async listUnended(appIds: string[]): Promise<ApiKeyRow[]> {
    if (appIds.length === 0) return []
    return database
      .select()
      .from(apiKeys)
      .where(and(inArray(apiKeys.appId, appIds), isNull(apiKeys.deletedAt), unended))
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
          set: { ...row, replacedBy: null, lastUsedAt: null, deletedAt: null, createdAt: sql`now()` },
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
      .where(live(appId, apiKey))
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

const live = (appId: string, apiKey: string) =>
  and(eq(apiKeys.appId, appId), eq(apiKeys.apiKey, apiKey), isNull(apiKeys.deletedAt))

const unended = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`))

/** Of keys joined with their apps. */
const usable = (which: SQL) =>
  and(which, isNull(apiKeys.deletedAt), unended, isNull(apps.deletedAt), eq(apps.disabled, false))
