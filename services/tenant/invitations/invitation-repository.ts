import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type InvitationRow, invitations, type SpaceRow, spaces } from '../tables.ts'

export type InvitationRepository = ReturnType<typeof createInvitationRepository>

export type NewInvitation = Pick<InvitationRow, 'spaceId' | 'role' | 'email' | 'tokenHash' | 'createdBy' | 'expiresAt'>

/** SQL only. An invitation that was accepted or revoked, or is too old, is invisible. */
export const createInvitationRepository = (database: Database) => ({
  async insert(row: NewInvitation): Promise<InvitationRow> {
    const [inserted] = await database.insert(invitations).values(row).returning()
    return inserted as InvitationRow // safe: an insert returns its row or throws
  },

  async findOpen(tokenHash: string): Promise<{ invitation: InvitationRow; space: SpaceRow } | undefined> {
    const [found] = await database
      .select({ invitation: invitations, space: spaces })
      .from(invitations)
      .innerJoin(spaces, eq(spaces.id, invitations.spaceId))
      .where(and(eq(invitations.tokenHash, tokenHash), open()))
    return found
  },

  /** Takes it, so that nobody else can: of two at the same time one gets it. Part of the transaction that makes the member. */
  async accept(tokenHash: string, acceptedBy: string): Promise<InvitationRow | undefined> {
    const [row] = await database
      .update(invitations)
      .set({ acceptedAt: sql`now()`, acceptedBy })
      .where(and(eq(invitations.tokenHash, tokenHash), open()))
      .returning()
    return row
  },

  /** Newest first. */
  async list(spaceId: string, page: { beforeId?: string | undefined; limit: number }): Promise<InvitationRow[]> {
    return database
      .select()
      .from(invitations)
      .where(
        and(
          eq(invitations.spaceId, spaceId),
          open(),
          page.beforeId === undefined ? undefined : lt(invitations.id, page.beforeId),
        ),
      )
      .orderBy(desc(invitations.id))
      .limit(page.limit)
  },

  async find(spaceId: string, id: string): Promise<InvitationRow | undefined> {
    const [row] = await database
      .select()
      .from(invitations)
      .where(and(eq(invitations.spaceId, spaceId), eq(invitations.id, id), open()))
    return row
  },

  /** False when it is not open any more. */
  async revoke(spaceId: string, id: string): Promise<boolean> {
    const rows = await database
      .update(invitations)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(invitations.spaceId, spaceId), eq(invitations.id, id), open()))
      .returning({ id: invitations.id })
    return rows.length > 0
  },
})

const open = () =>
  and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, sql`now()`))
