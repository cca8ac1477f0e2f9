import type { TenantDependencies, TenantRepositories } from '../dependencies.ts'
import { EmailTakenError, InvitationForSomebodyElseError, LinkUnusableError } from '../people-errors.ts'
import { hashToken } from '../sessions/session-token.ts'
import type { NewUser, UserRow } from '../tables.ts'
import { normaliseEmail } from '../users/email-address.ts'
import { assertStrongPassword } from '../users/password-policy.ts'

type Repositories = Pick<TenantRepositories, 'users' | 'invitations' | 'members' | 'spaces'>

/**
 * Makes a user a member by an invitation, which is used up by it. Call it in a transaction. A membership that they have stays as it is.
 * @throws LinkUnusableError, InvitationForSomebodyElseError
 */
export const joinByInvitation = async (
  { invitations, members }: Repositories,
  token: string,
  user: Pick<UserRow, 'id' | 'email'>,
): Promise<void> => {
  const taken = await invitations.accept(hashToken(token), user.id)
  if (!taken) throw new LinkUnusableError()
  if (taken.email !== null && taken.email !== user.email) throw new InvitationForSomebodyElseError()
  await members.insert({ spaceId: taken.spaceId, userId: user.id, role: taken.role })
}

/** Makes an account and joins with it, both or none. @throws EmailTakenError, and what joinByInvitation throws */
export const joinAsNewUser = async (repositories: Repositories, token: string, row: NewUser): Promise<UserRow> => {
  // Taken first: a link that is worth nothing must not tell who has an account.
  if (!(await repositories.invitations.findOpen(hashToken(token)))) throw new LinkUnusableError()
  const user = await repositories.users.insert(row)
  if (!user) throw new EmailTakenError()
  await joinByInvitation(repositories, token, user)
  return user
}

/**
 * Accepts an invitation for somebody without an account, who chooses a password.
 * @throws PasswordWeakError, PasswordsBusyError, and what joinAsNewUser throws
 */
export const acceptAsNewUser = async (
  dependencies: Pick<TenantDependencies, 'atomically' | 'passwords' | 'invitations'>,
  input: { token: string; email: string; name: string; password: string },
): Promise<UserRow> => {
  const email = normaliseEmail(input.email)
  assertStrongPassword(input.password, email)
  // Before the slow hash, so that links which are worth nothing cost nothing.
  if (!(await dependencies.invitations.findOpen(hashToken(input.token)))) throw new LinkUnusableError()
  const passwordHash = await dependencies.passwords.hash(input.password)
  return dependencies.atomically((repositories) =>
    joinAsNewUser(repositories, input.token, { email, name: input.name.trim(), passwordHash }),
  )
}

/** Accepts an invitation for somebody who is signed in. @throws LinkUnusableError, InvitationForSomebodyElseError */
export const acceptAsUser = async (
  dependencies: Pick<TenantDependencies, 'atomically'>,
  input: { token: string; user: UserRow },
): Promise<void> => dependencies.atomically((repositories) => joinByInvitation(repositories, input.token, input.user))
