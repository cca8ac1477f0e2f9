import { expect, test } from 'bun:test'
import { KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { actionsOf, assertScopes } from './scope-policy.ts'

test('presets and actions add up, without repeats', () => {
  expect(actionsOf(['knowledge-only', 'knowledge:read', 'runs:read'])).toEqual([
    'knowledge:read',
    'knowledge:write',
    'runs:read',
  ])
  expect(actionsOf(['full'])).toEqual([...KEY_ACTIONS])
})

test('no scopes, and scopes that this release does not know, allow nothing', () => {
  expect(actionsOf([])).toEqual([])
  expect(actionsOf(['everything', 'keys:write', 'constructor'])).toEqual([])
})

test('a key that could make keys is not made, nor one with a misspelt scope', () => {
  expect(() => assertScopes(['full', 'runs:read'])).not.toThrow()
  expect(() => assertScopes(['keys:write'])).toThrow(expect.objectContaining({ code: 'TENANT_SCOPE_REFUSED' }))
  expect(() => assertScopes(['run_only'])).toThrow(expect.objectContaining({ code: 'TENANT_SCOPE_UNKNOWN' }))
})
