import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type SessionRow, sessions, type UserRow, users } from '../tables.ts'

export type SessionRepository = ReturnType<typeof createSessionRepository>

export interface LiveSession {
  session: SessionRow
  user: UserRow
}

/** SQL only. A session is alive when it was seen after `idleSince` and its end has not come; one that is not counts as none. */
export const createSessionRepository = (database: Database) => {
  const alive = (idleSince: Date) => and(gt(sessions.lastSeenAt, idleSince), gt(sessions.expiresAt, sql`now()`))
  return {
    async insert(row: typeof sessions.$inferInsert): Promise<SessionRow> {
      const [inserted] = await database.insert(sessions).values(row).returning()
      return inserted as SessionRow // safe: an insert returns its row or throws
    },

    /** Undefined also when the user is disabled. */
    async findLive(tokenHash: string, idleSince: Date): Promise<LiveSession | undefined> {
      const [found] = await database
        .select({ session: sessions, user: users })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(and(eq(sessions.tokenHash, tokenHash), alive(idleSince), eq(users.disabled, false)))
      return found
    },

    async touch(id: string): Promise<void> {
      await database.update(sessions).set({ lastSeenAt: sql`now()` }).where(eq(sessions.id, id))
    },

    /** Those that are alive, the one that was seen last first. */
    async list(userId: string, idleSince: Date, limit: number): Promise<SessionRow[]> {
      return database
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), alive(idleSince)))
        .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
        .limit(limit)
    },

    /** False when the user has no such session. */
    async end(userId: string, id: string): Promise<boolean> {
      const rows = await database
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
        .returning({ id: sessions.id })
      return rows.length > 0
    },

    async endByToken(tokenHash: string): Promise<void> {
      await database.delete(sessions).where(eq(sessions.tokenHash, tokenHash))
    },

    /** All of a user's, but for the one with this token. */
    async endAll(userId: string, exceptTokenHash = ''): Promise<void> {
      await database.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.tokenHash, exceptTokenHash)))
    },

    async removeEnded(idleSince: Date): Promise<void> {
      await database.delete(sessions).where(or(lt(sessions.lastSeenAt, idleSince), lt(sessions.expiresAt, sql`now()`)))
    },
  }
}
