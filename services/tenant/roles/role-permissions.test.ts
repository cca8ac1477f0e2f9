import { describe, expect, test } from 'bun:test'
import { ACTIONS } from '#shared/permissions/actions.ts'
import { ROLES } from '../tables.ts'
import { actionsOfRole, isUpTo, roleAllows } from './role-permissions.ts'

/** The permissions once more, by role, as somebody would write them on a wall. `+` may, `.` may not. */
const EXPECTED: Record<(typeof ACTIONS)[number], string> = {
  //               owner admin editor operator viewer
  'agents:read': '+++++',
  'agents:write': '+++..',
  'agents:run': '++++.',
  'flows:read': '+++++',
  'flows:write': '+++..',
  'flows:run': '++++.',
  'runs:read': '+++++',
  'runs:write': '++++.',
  'knowledge:read': '+++++',
  'knowledge:write': '+++..',
  'tools:read': '+++++',
  'tools:write': '+++..',
  'tools:run': '++++.',
  'models:read': '+++++',
  'models:write': '.....',
  'models:run': '++++.',
  'apps:read': '+++++',
  'apps:write': '++...',
  'keys:read': '+++..',
  'keys:write': '++...',
  'spaces:read': '+++++',
  'spaces:write': '+....',
  'members:read': '+++++',
  'members:write': '++...',
  'users:read': '.....',
  'users:write': '.....',
  'audit:read': '++...',
}

describe.each(ACTIONS.map((action) => [action] as const))('%s', (action) => {
  test.each(ROLES.map((role, at) => [role, EXPECTED[action]?.[at] === '+'] as const))('%s', (role, allowed) => {
    expect(EXPECTED[action]).toHaveLength(ROLES.length)
    expect(roleAllows(role, action)).toBe(allowed)
    expect(actionsOfRole(role).includes(action)).toBe(allowed)
  })
})

test('a role includes all that the roles below it include', () => {
  for (const [at, role] of ROLES.entries()) {
    const below = ROLES[at + 1]
    if (below) expect(new Set(actionsOfRole(role)).isSupersetOf(new Set(actionsOfRole(below)))).toBe(true)
  }
})

test('nobody reaches above themselves', () => {
  const reach = Object.fromEntries(ROLES.map((own) => [own, ROLES.filter((role) => isUpTo(own, role))]))
  expect(reach).toEqual({
    owner: ['owner', 'admin', 'editor', 'operator', 'viewer'],
    admin: ['admin', 'editor', 'operator', 'viewer'],
    editor: ['editor', 'operator', 'viewer'],
    operator: ['operator', 'viewer'],
    viewer: ['viewer'],
  })
})
