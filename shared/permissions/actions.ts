/**
 * What a caller may be allowed to do, as `<area>:<verb>`. Scopes of keys and roles of members are both sets of these; which route asks for which
 * is in route-actions.ts. A name never changes its meaning: stored keys and roles hold it.
 */
export const ACTIONS = [
  'agents:read',
  'agents:write',
  'agents:run',
  'flows:read',
  'flows:write',
  'flows:run',
  'runs:read',
  'runs:write',
  'knowledge:read',
  'knowledge:write',
  'tools:read',
  'tools:write',
  'tools:run',
  'models:read',
  'models:write',
  'models:run',
  'apps:read',
  'apps:write',
  'keys:read',
  'keys:write',
  'spaces:read',
  'spaces:write',
  'members:read',
  'members:write',
  'users:read',
  'users:write',
  'audit:read',
] as const

export type Action = (typeof ACTIONS)[number]

/**
 * What no key of an app can hold: whoever has such a key is a program, and a leaked one must not make more keys, apps or people. Members get them
 * by their role, the root key has them all.
 */
const PEOPLE_ONLY: ReadonlySet<Action> = new Set<Action>([
  'models:write',
  'apps:write',
  'keys:write',
  'spaces:read',
  'spaces:write',
  'members:read',
  'members:write',
  'users:read',
  'users:write',
  'audit:read',
])

/** Everything that a key may hold. */
export const KEY_ACTIONS: readonly Action[] = ACTIONS.filter((action) => !PEOPLE_ONLY.has(action))

/** Scopes of keys by name, for what keys are usually made for. `full` is what a key has that says nothing. */
export const SCOPE_PRESETS = {
  full: KEY_ACTIONS,
  'run-only': ['agents:run', 'flows:run', 'tools:run', 'models:run'],
  'read-only': KEY_ACTIONS.filter((action) => action.endsWith(':read')),
  'knowledge-only': ['knowledge:read', 'knowledge:write'],
} as const satisfies Record<string, readonly Action[]>

export type ScopePreset = keyof typeof SCOPE_PRESETS

const known: ReadonlySet<string> = new Set(ACTIONS)

export const isAction = (text: string): text is Action => known.has(text)

export const isScopePreset = (text: string): text is ScopePreset => Object.hasOwn(SCOPE_PRESETS, text)
