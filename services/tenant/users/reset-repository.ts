import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type PasswordResetRow, passwordResets, type UserRow, users } from '../tables.ts'

export type ResetRepository = ReturnType<typeof createResetRepository>

/** SQL only. A link that was used or is too old is invisible. */
export const createResetRepository = (database: Database) => ({
  async insert(row: Pick<PasswordResetRow, 'userId' | 'tokenHash' | 'expiresAt'>): Promise<void> {
    await database.insert(passwordResets).values(row)
  },

  async findUser(tokenHash: string): Promise<UserRow | undefined> {
    const [found] = await database
      .select({ user: users })
      .from(passwordResets)
      .innerJoin(users, eq(users.id, passwordResets.userId))
      .where(and(eq(passwordResets.tokenHash, tokenHash), open()))
    return found?.user
  },

  /** Takes it, so that nobody else can; the user that it is for. Part of the transaction that changes the password. */
  async use(tokenHash: string): Promise<string | undefined> {
    const [row] = await database
      .update(passwordResets)
      .set({ usedAt: sql`now()` })
      .where(and(eq(passwordResets.tokenHash, tokenHash), open()))
      .returning({ userId: passwordResets.userId })
    return row?.userId
  },

  /** Every other link of the user is worth nothing from now on. */
  async removeAll(userId: string): Promise<void> {
    await database.delete(passwordResets).where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)))
  },
})

const open = () => and(isNull(passwordResets.usedAt), gt(passwordResets.expiresAt, sql`now()`))
