import type { Caller } from '#shared/http/caller.ts'
import type { Action } from '#shared/permissions/actions.ts'
import { AppNotFoundError, RootRequiredError } from '../errors.ts'
import type { MemberRepository } from '../members/member-repository.ts'
import { ActionNotAllowedError } from '../people-errors.ts'
import { roleAllows } from '../roles/role-permissions.ts'
import { requireReadable } from './caller-rights.ts'

/**
 * Whether the caller may do something with an app: administrators everything, members of its space what their role includes, a key of it reads it.
 * @throws AppNotFoundError for an app that the caller has nothing to do with, ActionNotAllowedError, RootRequiredError
 */
export const requireForApp = async (
  { members }: { members: Pick<MemberRepository, 'roleForApp'> },
  caller: Caller,
  { appId, action }: { appId: string; action: Action },
): Promise<void> => {
  if (caller.role === 'root') return
  if (caller.userId === undefined) {
    requireReadable(caller, appId)
    if (action !== 'apps:read') throw new RootRequiredError()
    return
  }
  const membership = await members.roleForApp(caller.userId, appId, 'any')
  if (!membership) throw new AppNotFoundError(appId)
  if (!roleAllows(membership.role, action)) throw new ActionNotAllowedError(action)
}
