import type { Caller } from '#shared/http/caller.ts'
import type { Action } from '#shared/permissions/actions.ts'
import { ActionNotAllowedError, PersonRequiredError, SpaceNotFoundError } from '../people-errors.ts'
import { isUpTo, roleAllows } from '../roles/role-permissions.ts'
import type { SpaceRepository } from '../spaces/space-repository.ts'
import type { Role } from '../tables.ts'
import type { MemberRepository } from './member-repository.ts'

/** As what somebody acts in a space. Administrators and the root key need no membership. */
export type Standing = Role | 'administrator'

export interface SpaceRightsDependencies {
  spaces: Pick<SpaceRepository, 'find'>
  members: Pick<MemberRepository, 'roleOf' | 'roleForApp'>
}

/**
 * As what the caller acts in a space, when that includes the action. Who is no member learns nothing of the space.
 * @throws SpaceNotFoundError, ActionNotAllowedError, PersonRequiredError
 */
export const requireInSpace = async (
  dependencies: SpaceRightsDependencies,
  caller: Caller,
  { spaceId, action }: { spaceId: string; action: Action },
): Promise<Standing> => {
  if (caller.role === 'root') {
    if (!(await dependencies.spaces.find(spaceId))) throw new SpaceNotFoundError(spaceId)
    return 'administrator'
  }
  if (caller.userId === undefined) throw new PersonRequiredError()
  const role = await dependencies.members.roleOf(spaceId, caller.userId)
  if (role === undefined) throw new SpaceNotFoundError(spaceId)
  if (!roleAllows(role, action)) throw new ActionNotAllowedError(action)
  return role
}

/** True when somebody may give, change or take away this role. */
export const mayGive = (standing: Standing, role: Role): boolean =>
  standing === 'administrator' || isUpTo(standing, role)
