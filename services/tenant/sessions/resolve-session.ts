import type { Action } from '#shared/permissions/actions.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { actionsOfRole } from '../roles/role-permissions.ts'
import { hashToken } from './session-token.ts'
import { idleSince } from './start-session.ts'

/** Written down at most this often, so that reading costs no write each time. */
const TOUCH_MS_MIN = 60_000

export type ResolvedSession =
  | { valid: false }
  | {
      valid: true
      userId: string
      administrator: boolean
      /** What the user may do for the app that was asked about; empty when it is in no space of theirs. */
      actions: readonly Action[]
    }

/** Whose session a token is, and what they may do for an app. */
export const resolveSession = async (
  { sessions, members, sessionTimes }: Pick<TenantDependencies, 'sessions' | 'members' | 'sessionTimes'>,
  input: { token: string; appId: string | undefined },
): Promise<ResolvedSession> => {
  const found = await sessions.findLive(hashToken(input.token), idleSince(sessionTimes))
  if (!found) return { valid: false }
  const { session, user } = found
  if (Date.now() - session.lastSeenAt.getTime() > TOUCH_MS_MIN) await sessions.touch(session.id)
  const known = { valid: true as const, userId: user.id, administrator: user.administrator }
  if (user.administrator || input.appId === undefined) return { ...known, actions: [] }
  const membership = await members.roleForApp(user.id, input.appId, 'enabled')
  return { ...known, actions: membership ? actionsOfRole(membership.role) : [] }
}
