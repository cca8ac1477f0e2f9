import { expect, test } from 'bun:test'
import { auditedCall } from './audited-call.ts'

test.each([
  ['POST', '/api/flows', { action: 'flows:write' }],
  ['DELETE', '/api/apps/680ab54f/keys/k1', { action: 'keys:write', appId: '680ab54f' }],
  ['PATCH', '/api/spaces/default/members/u1', { action: 'members:write', spaceId: 'default' }],
  ['POST', '/v2/app', { action: 'apps:write' }],
  ['POST', '/api/sign-in', { action: 'sign-in' }],
  ['DELETE', '/api/sessions/current', { action: 'sessions' }],
  ['PUT', '/api/me/password', { action: 'me' }],
  ['POST', '/api/runs/7/cancel', { action: 'runs:write' }],
  ['POST', '/api/never-heard-of', { action: 'never-heard-of' }],
])('%s %s is written down', (method, path, expected) => {
  expect(auditedCall(method, path)).toMatchObject({ path, ...expected })
})

test.each([
  ['GET', '/api/users'],
  ['HEAD', '/api/users'],
  ['POST', '/api/bases/b1/search'],
  ['POST', '/api/hooks/secret-token'],
  ['POST', '/api/accept-invitation/look'],
  ['POST', '/v1/chat/completions'],
  ['POST', '/workflow/v1/chat/completions'],
  ['POST', '/v2/apple'],
])('%s %s is not', (method, path) => {
  expect(auditedCall(method, path)).toBeUndefined()
})
