import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type AuditEntryRow, auditEntries, type NewAuditEntry } from './tables.ts'

/** An entry as it is stored. */
export type StoredAuditEntry = AuditEntryRow

export type AuditRepository = ReturnType<typeof createAuditRepository>

export interface AuditSearch {
  /** Entries about this space or any of these apps. */
  within?: { spaceId: string; appIds: readonly string[] } | undefined
  appId?: string | undefined
  actorId?: string | undefined
  action?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  beforeId?: number | undefined
  limit: number
}

/** What came of a call, and what its handler said about it. */
export type AuditOutcome = Pick<AuditEntryRow, 'status' | 'code'> &
  Partial<Pick<AuditEntryRow, 'actor' | 'actorId' | 'appId' | 'spaceId'>>

const REMOVED_AT_ONCE_MAX = 10_000

/** SQL only. Entries are added; only what came of a call is written into its entry, once. */
export const createAuditRepository = (database: Database) => ({
  /** Durable when it returns. */
  async begin(entry: NewAuditEntry): Promise<number> {
    const [row] = await database.insert(auditEntries).values(entry).returning({ id: auditEntries.id })
    return row?.id ?? 0
  },

  async finish(id: number, outcome: AuditOutcome): Promise<void> {
    await database
      .update(auditEntries)
      .set(outcome)
      .where(and(eq(auditEntries.id, id), sql`${auditEntries.status} is null`))
  },

  /** Newest first. */
  async search(search: AuditSearch): Promise<AuditEntryRow[]> {
    return database
      .select()
      .from(auditEntries)
      .where(and(...conditionsOf(search)))
      .orderBy(desc(auditEntries.id))
      .limit(search.limit)
  },

  /** Removes entries that are older than so many days; how many there were. */
  async removeOld(days: number): Promise<number> {
    const old = database
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(lt(auditEntries.at, sql`now() - ${days} * interval '1 day'`))
      .limit(REMOVED_AT_ONCE_MAX)
    const rows = await database
      .delete(auditEntries)
      .where(inArray(auditEntries.id, old))
      .returning({ id: auditEntries.id })
    return rows.length
  },
})

const conditionsOf = ({ within, ...search }: AuditSearch): (SQL | undefined)[] => [
  within &&
    or(
      eq(auditEntries.spaceId, within.spaceId),
      within.appIds.length > 0 ? inArray(auditEntries.appId, [...within.appIds]) : undefined,
    ),
  search.appId === undefined ? undefined : eq(auditEntries.appId, search.appId),
  search.actorId === undefined ? undefined : eq(auditEntries.actorId, search.actorId),
  search.action === undefined ? undefined : eq(auditEntries.action, search.action),
  search.since && gte(auditEntries.at, search.since),
  search.until && lt(auditEntries.at, search.until),
  search.beforeId === undefined ? undefined : lt(auditEntries.id, search.beforeId),
]
