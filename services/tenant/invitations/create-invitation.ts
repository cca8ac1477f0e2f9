import type { TenantDependencies } from '../dependencies.ts'
import { mayGive, type Standing } from '../members/space-rights.ts'
import { RoleTooHighError } from '../people-errors.ts'
import { generateToken, hashToken } from '../sessions/session-token.ts'
import type { InvitationRow, Role } from '../tables.ts'
import { normaliseEmail } from '../users/email-address.ts'

const HOUR_MS = 3_600_000

/**
 * An open invitation and its token, which is nowhere else: the link is shown this once.
 * @throws RoleTooHighError when the role is above that of whoever invites
 */
export const createInvitation = async (
  { invitations }: Pick<TenantDependencies, 'invitations'>,
  by: { standing: Standing; userId: string | undefined },
  input: { spaceId: string; role: Role; email?: string | undefined; hours: number },
): Promise<{ invitation: InvitationRow; token: string }> => {
  if (!mayGive(by.standing, input.role)) throw new RoleTooHighError()
  const token = generateToken()
  const invitation = await invitations.insert({
    spaceId: input.spaceId,
    role: input.role,
    email: input.email === undefined ? null : normaliseEmail(input.email),
    tokenHash: hashToken(token),
    createdBy: by.userId ?? 'root',
    expiresAt: new Date(Date.now() + input.hours * HOUR_MS),
  })
  return { invitation, token }
}
