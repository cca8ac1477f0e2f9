import { and, asc, eq, gt, isNull, ne } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { apps, type MemberRow, members, type Role, type UserRow, users } from '../tables.ts'

export type MemberRepository = ReturnType<typeof createMemberRepository>

export interface MemberWithUser {
  member: MemberRow
  user: UserRow
}

/** SQL only. */
export const createMemberRepository = (database: Database) => ({
  async roleOf(spaceId: string, userId: string): Promise<Role | undefined> {
    const [row] = await database
      .select({ role: members.role })
      .from(members)
      .where(and(eq(members.spaceId, spaceId), eq(members.userId, userId)))
    return row?.role
  },

  /** The role of a user in the space of an app that is not deleted, and `enabled` unless they manage it. */
  async roleForApp(
    userId: string,
    appId: string,
    which: 'enabled' | 'any',
  ): Promise<{ spaceId: string; role: Role } | undefined> {
    const [row] = await database
      .select({ spaceId: members.spaceId, role: members.role })
      .from(apps)
      .innerJoin(members, eq(members.spaceId, apps.spaceId))
      .where(
        and(
          eq(apps.appId, appId),
          isNull(apps.deletedAt),
          which === 'any' ? undefined : eq(apps.disabled, false),
          eq(members.userId, userId),
        ),
      )
    return row
  },

  /** Every space of a user. */
  async spaceIdsOf(userId: string): Promise<string[]> {
    const rows = await database.select({ spaceId: members.spaceId }).from(members).where(eq(members.userId, userId))
    return rows.map(({ spaceId }) => spaceId)
  },

  async list(spaceId: string, page: { afterUserId?: string | undefined; limit: number }): Promise<MemberWithUser[]> {
    return database
      .select({ member: members, user: users })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(
        and(
          eq(members.spaceId, spaceId),
          page.afterUserId === undefined ? undefined : gt(members.userId, page.afterUserId),
        ),
      )
      .orderBy(asc(members.userId))
      .limit(page.limit)
  },

  /** False when the user is a member already. */
  async insert(row: Pick<MemberRow, 'spaceId' | 'userId' | 'role'>): Promise<boolean> {
    const rows = await database.insert(members).values(row).onConflictDoNothing().returning()
    return rows.length > 0
  },

  async setRole(spaceId: string, userId: string, role: Role): Promise<void> {
    await database
      .update(members)
      .set({ role })
      .where(and(eq(members.spaceId, spaceId), eq(members.userId, userId)))
  },

  async remove(spaceId: string, userId: string): Promise<void> {
    await database.delete(members).where(and(eq(members.spaceId, spaceId), eq(members.userId, userId)))
  },

  /** An owner who is not `userId`. */
  async hasOtherOwner(spaceId: string, userId: string): Promise<boolean> {
    const [row] = await database
      .select({ userId: members.userId })
      .from(members)
      .where(and(eq(members.spaceId, spaceId), eq(members.role, 'owner'), ne(members.userId, userId)))
      .limit(1)
    return row !== undefined
  },

  /** Spaces that nobody but this user owns. */
  async ownedAloneBy(userId: string): Promise<string[]> {
    const owned = await database
      .select({ spaceId: members.spaceId })
      .from(members)
      .where(and(eq(members.userId, userId), eq(members.role, 'owner')))
    const alone: string[] = []
    for (const { spaceId } of owned) if (!(await this.hasOtherOwner(spaceId, userId))) alone.push(spaceId)
    return alone
  },
})
