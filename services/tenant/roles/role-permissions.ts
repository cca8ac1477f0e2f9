import type { Action } from '#shared/permissions/actions.ts'
import { ROLES, type Role } from '../tables.ts'

const NOBODY: readonly Role[] = []
const OWNER: readonly Role[] = ['owner']
const MANAGERS: readonly Role[] = ['owner', 'admin']
const MAKERS: readonly Role[] = ['owner', 'admin', 'editor']
const RUNNERS: readonly Role[] = ['owner', 'admin', 'editor', 'operator']
const EVERYBODY: readonly Role[] = ROLES

/**
 * Which roles include an action in their space. What concerns the whole instance (models that everybody uses, people, other spaces) is in none: it is
 * for administrators.
 */
export const ROLE_PERMISSIONS: Readonly<Record<Action, readonly Role[]>> = {
  'agents:read': EVERYBODY,
  'agents:write': MAKERS,
  'agents:run': RUNNERS,
  'flows:read': EVERYBODY,
  'flows:write': MAKERS,
  'flows:run': RUNNERS,
  'runs:read': EVERYBODY,
  'runs:write': RUNNERS,
  'knowledge:read': EVERYBODY,
  'knowledge:write': MAKERS,
  'tools:read': EVERYBODY,
  'tools:write': MAKERS,
  'tools:run': RUNNERS,
  'models:read': EVERYBODY,
  'models:write': NOBODY,
  'models:run': RUNNERS,
  'apps:read': EVERYBODY,
  'apps:write': MANAGERS,
  'keys:read': MAKERS,
  'keys:write': MANAGERS,
  'spaces:read': EVERYBODY,
  'spaces:write': OWNER,
  'members:read': EVERYBODY,
  'members:write': MANAGERS,
  'users:read': NOBODY,
  'users:write': NOBODY,
  'audit:read': MANAGERS,
}

export const roleAllows = (role: Role, action: Action): boolean => ROLE_PERMISSIONS[action].includes(role)

const actionsByRole = new Map(
  ROLES.map((role) => [role, (Object.keys(ROLE_PERMISSIONS) as Action[]).filter((action) => roleAllows(role, action))]),
)

/** Everything that a role includes. */
export const actionsOfRole = (role: Role): readonly Action[] => actionsByRole.get(role) ?? []

/** True when `role` is not above `own`: what somebody may give, change or take away. */
export const isUpTo = (own: Role, role: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(own)
