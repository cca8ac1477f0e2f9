import { and, asc, eq, gt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type NewUser, type UserRow, users } from '../tables.ts'

export type UserRepository = ReturnType<typeof createUserRepository>

/** Any number that no other part of Orrery locks by. */
const ADMINISTRATORS_LOCK = 7_246_311

/** SQL only. E-mail addresses come in lower case. */
export const createUserRepository = (database: Database) => {
  const exists = async (condition: SQL | undefined): Promise<boolean> => {
    const [row] = await database.select({ id: users.id }).from(users).where(condition).limit(1)
    return row !== undefined
  }
  return {
    async find(id: string): Promise<UserRow | undefined> {
      const [row] = await database.select().from(users).where(eq(users.id, id))
      return row
    },

    async findByEmail(email: string): Promise<UserRow | undefined> {
      const [row] = await database.select().from(users).where(eq(users.email, email))
      return row
    },

    async findByIdentity(issuer: string, subject: string): Promise<UserRow | undefined> {
      const [row] = await database
        .select()
        .from(users)
        .where(and(eq(users.oidcIssuer, issuer), eq(users.oidcSubject, subject)))
      return row
    },

    /** In the order of their addresses, after `afterEmail`. */
    async list(page: { afterEmail?: string | undefined; limit: number }): Promise<UserRow[]> {
      return database
        .select()
        .from(users)
        .where(page.afterEmail === undefined ? undefined : gt(users.email, page.afterEmail))
        .orderBy(asc(users.email))
        .limit(page.limit)
    },

    /** Undefined when the address or the identity has an account. */
    async insert(row: NewUser): Promise<UserRow | undefined> {
      const [inserted] = await database.insert(users).values(row).onConflictDoNothing().returning()
      return inserted
    },

    async update(id: string, changes: Partial<Omit<UserRow, 'id'>>): Promise<UserRow | undefined> {
      const [updated] = await database
        .update(users)
        .set({ ...changes, updatedAt: sql`now()` })
        .where(eq(users.id, id))
        .returning()
      return updated
    },

    async remove(id: string): Promise<void> {
      await database.delete(users).where(eq(users.id, id))
    },

    /** Until the end of the transaction nobody else decides by how many administrators there are. */
    async lockAdministrators(): Promise<void> {
      await database.execute(sql`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`)
    },

    /** Any at all, those who cannot sign in too. */
    async hasAdministrator(): Promise<boolean> {
      return exists(eq(users.administrator, true))
    },

    /** One who can sign in and is not `exceptId`. */
    async hasActiveAdministrator(exceptId: string): Promise<boolean> {
      const canSignIn = or(sql`${users.passwordHash} is not null`, sql`${users.oidcSubject} is not null`)
      return exists(and(eq(users.administrator, true), eq(users.disabled, false), ne(users.id, exceptId), canSignIn))
    },
  }
}
