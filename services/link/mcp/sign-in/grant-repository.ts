import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { mcpGrants, mcpSignIns } from '../../tables.ts'

export type GrantRepository = ReturnType<typeof createGrantRepository>

/** Whose access to which server. */
export interface GrantKey {
  serverId: string
  ownerAppId: string
}

/** SQL only. */
export const createGrantRepository = (database: Database) => ({
  async find(key: GrantKey): Promise<string | undefined> {
    const [row] = await database.select({ sealed: mcpGrants.sealed }).from(mcpGrants).where(isGrant(key))
    return row?.sealed ?? undefined
  },

  /** Those of the given owners that hold something. */
  async ownersOf(serverId: string, owners: readonly string[]): Promise<string[]> {
    const rows = await database
      .select({ ownerAppId: mcpGrants.ownerAppId })
      .from(mcpGrants)
      .where(
        and(
          eq(mcpGrants.serverId, serverId),
          inArray(mcpGrants.ownerAppId, [...owners]),
          sql`${mcpGrants.sealed} is not null`,
        ),
      )
    return rows.map(({ ownerAppId }) => ownerAppId)
  },

  async save(key: GrantKey, sealed: string | null): Promise<void> {
    await database
      .insert(mcpGrants)
      .values({ ...key, sealed })
      .onConflictDoUpdate({
        target: [mcpGrants.serverId, mcpGrants.ownerAppId],
        set: { sealed, updatedAt: sql`now()` },
      })
  },

  async deleteAll(serverId: string): Promise<void> {
    await database.delete(mcpGrants).where(eq(mcpGrants.serverId, serverId))
  },

  /** True when the holder has it now: nobody else does, or their time is over. */
  async lock(key: GrantKey, holder: string, leaseMs: number): Promise<boolean> {
    const until = sql`now() + ${leaseMs} * interval '1 millisecond'`
    const rows = await database
      .insert(mcpGrants)
      .values({ ...key, lockedBy: holder, lockedUntil: until })
      .onConflictDoUpdate({
        target: [mcpGrants.serverId, mcpGrants.ownerAppId],
        set: { lockedBy: holder, lockedUntil: until },
        setWhere: sql`${mcpGrants.lockedUntil} is null or ${mcpGrants.lockedUntil} < now()`,
      })
      .returning({ serverId: mcpGrants.serverId })
    return rows.length > 0
  },

  async unlock(key: GrantKey, holder: string): Promise<void> {
    await database
      .update(mcpGrants)
      .set({ lockedBy: null, lockedUntil: null })
      .where(and(isGrant(key), eq(mcpGrants.lockedBy, holder)))
  },

  async insertSignIn(row: GrantKey & { stateHash: string; sealed: string; expiresAt: Date }): Promise<void> {
    await database.delete(mcpSignIns).where(lt(mcpSignIns.expiresAt, sql`now()`))
    await database.insert(mcpSignIns).values(row)
  },

  /** Takes it away: it serves once. Undefined when it is unknown or too old. */
  async takeSignIn(stateHash: string): Promise<(GrantKey & { sealed: string }) | undefined> {
    const [row] = await database
      .delete(mcpSignIns)
      .where(and(eq(mcpSignIns.stateHash, stateHash), gt(mcpSignIns.expiresAt, sql`now()`)))
      .returning()
    return row
  },
})

const isGrant = ({ serverId, ownerAppId }: GrantKey) =>
  and(eq(mcpGrants.serverId, serverId), eq(mcpGrants.ownerAppId, ownerAppId))
