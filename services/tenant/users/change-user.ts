import type { TenantDependencies } from '../dependencies.ts'
import { AdministratorLastError, OwnerLastError, UserNotFoundError } from '../people-errors.ts'
import type { UserRow } from '../tables.ts'

/**
 * What administrators change of somebody. Who is disabled is signed out at once and everywhere. One administrator who can sign in remains.
 * @throws UserNotFoundError, AdministratorLastError
 */
export const changeUser = (
  dependencies: Pick<TenantDependencies, 'atomically'>,
  userId: string,
  changes: Partial<Pick<UserRow, 'name' | 'administrator' | 'disabled'>>,
): Promise<UserRow> =>
  dependencies.atomically(async ({ users, sessions }) => {
    await users.lockAdministrators()
    const user = await users.find(userId)
    if (!user) throw new UserNotFoundError(userId)
    const ceases = user.administrator && (changes.administrator === false || changes.disabled === true)
    if (ceases && !(await users.hasActiveAdministrator(userId))) throw new AdministratorLastError()
    const updated = await users.update(userId, changes)
    if (!updated) throw new UserNotFoundError(userId)
    if (updated.disabled) await sessions.endAll(userId)
    return updated
  })

/**
 * Deletes an account with its sessions and memberships. Who owns a space alone hands it over first.
 * @throws UserNotFoundError, AdministratorLastError, OwnerLastError
 */
export const deleteUser = (dependencies: Pick<TenantDependencies, 'atomically'>, userId: string): Promise<void> =>
  dependencies.atomically(async ({ users, members }) => {
    await users.lockAdministrators()
    const user = await users.find(userId)
    if (!user) throw new UserNotFoundError(userId)
    if (user.administrator && !(await users.hasActiveAdministrator(userId))) throw new AdministratorLastError()
    if ((await members.ownedAloneBy(userId)).length > 0) throw new OwnerLastError()
    await users.remove(userId)
  })
