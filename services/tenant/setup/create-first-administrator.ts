import type { TenantDependencies } from '../dependencies.ts'
import { EmailTakenError, SetupClosedError } from '../people-errors.ts'
import { DEFAULT_SPACE_ID, type UserRow } from '../tables.ts'
import { normaliseEmail } from '../users/email-address.ts'
import { assertStrongPassword } from '../users/password-policy.ts'

/**
 * Makes the first administrator, who owns the default space. Of several at the same time one is first.
 * @throws SetupClosedError, PasswordWeakError, PasswordsBusyError, EmailTakenError
 */
export const createFirstAdministrator = async (
  dependencies: Pick<TenantDependencies, 'users' | 'passwords' | 'atomically'>,
  input: { email: string; name: string; password: string },
): Promise<UserRow> => {
  const email = normaliseEmail(input.email)
  if (await dependencies.users.hasAdministrator()) throw new SetupClosedError()
  assertStrongPassword(input.password, email)
  const passwordHash = await dependencies.passwords.hash(input.password)
  return dependencies.atomically(async ({ users, members }) => {
    await users.lockAdministrators()
    if (await users.hasAdministrator()) throw new SetupClosedError()
    const user = await users.insert({ email, name: input.name.trim(), passwordHash, administrator: true })
    if (!user) throw new EmailTakenError()
    await members.insert({ spaceId: DEFAULT_SPACE_ID, userId: user.id, role: 'owner' })
    return user
  })
}
