import type { TenantDependencies } from '../dependencies.ts'
import {
  MemberKnownError,
  MemberNotFoundError,
  OwnerLastError,
  RoleTooHighError,
  SpaceNotFoundError,
  UserNotFoundError,
} from '../people-errors.ts'
import type { Role } from '../tables.ts'
import { mayGive, type Standing } from './space-rights.ts'

type Dependencies = Pick<TenantDependencies, 'atomically'>

/** Makes a user a member. @throws RoleTooHighError, UserNotFoundError, SpaceNotFoundError, MemberKnownError */
export const addMember = (
  dependencies: Dependencies,
  by: Standing,
  input: { spaceId: string; userId: string; role: Role },
): Promise<void> =>
  dependencies.atomically(async ({ spaces, members, users }) => {
    if (!mayGive(by, input.role)) throw new RoleTooHighError()
    if (!(await spaces.lock(input.spaceId))) throw new SpaceNotFoundError(input.spaceId)
    if (!(await users.find(input.userId))) throw new UserNotFoundError(input.userId)
    if (!(await members.insert(input))) throw new MemberKnownError()
  })

/**
 * Gives a member another role. Neither the role that they have nor the new one may be above that of whoever does it, and an owner stays.
 * @throws MemberNotFoundError, RoleTooHighError, OwnerLastError
 */
export const changeRole = (
  dependencies: Dependencies,
  by: Standing,
  input: { spaceId: string; userId: string; role: Role },
): Promise<void> =>
  dependencies.atomically(async ({ spaces, members }) => {
    await spaces.lock(input.spaceId)
    const role = await members.roleOf(input.spaceId, input.userId)
    if (role === undefined) throw new MemberNotFoundError()
    if (!mayGive(by, role) || !mayGive(by, input.role)) throw new RoleTooHighError()
    if (role === 'owner' && input.role !== 'owner' && !(await members.hasOtherOwner(input.spaceId, input.userId))) {
      throw new OwnerLastError()
    }
    await members.setRole(input.spaceId, input.userId, input.role)
  })

/**
 * Ends a membership; everybody may end their own (`by` is `self`), but for the last owner.
 * @throws MemberNotFoundError, RoleTooHighError, OwnerLastError
 */
export const removeMember = (
  dependencies: Dependencies,
  by: Standing | 'self',
  input: { spaceId: string; userId: string },
): Promise<void> =>
  dependencies.atomically(async ({ spaces, members }) => {
    await spaces.lock(input.spaceId)
    const role = await members.roleOf(input.spaceId, input.userId)
    if (role === undefined) throw new MemberNotFoundError()
    if (by !== 'self' && !mayGive(by, role)) throw new RoleTooHighError()
    if (role === 'owner' && !(await members.hasOtherOwner(input.spaceId, input.userId))) throw new OwnerLastError()
    await members.remove(input.spaceId, input.userId)
  })
