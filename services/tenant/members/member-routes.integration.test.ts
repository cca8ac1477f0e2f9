import { describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { ROLES, type Role } from '../tables.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { asUser, makeMember, makeUser, ROOT } from '../test/people.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>
const PATH = '/api/spaces/default/members'
const call = (
  tenant: Tenant,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  more: { path?: string; as: Record<string, string>; body?: object },
) =>
  callApp(tenant.app, `${method} ${PATH}${more.path ?? ''}`, {
    headers: more.as,
    ...(more.body === undefined ? {} : { body: more.body }),
  })

test('the last owner neither leaves nor is demoted, by anybody; with a second one both work', async () => {
  await using tenant = await createTestTenant()
  const owner = await makeMember(tenant, 'default', 'owner')
  const as = asUser(owner.id)
  for (const by of [as, ROOT]) {
    expect(await call(tenant, 'PATCH', { path: `/${owner.id}`, as: by, body: { role: 'admin' } })).toMatchObject({
      status: 409,
      body: { code: 'TENANT_OWNER_LAST' },
    })
    expect(await call(tenant, 'DELETE', { path: `/${owner.id}`, as: by })).toMatchObject({ status: 409 })
  }
  const second = await makeMember(tenant, 'default', 'owner')
  expect((await call(tenant, 'PATCH', { path: `/${second.id}`, as, body: { role: 'owner' } })).status).toBe(204)
  expect((await call(tenant, 'DELETE', { path: `/${owner.id}`, as })).status).toBe(204)
  expect((await call(tenant, 'DELETE', { path: `/${second.id}`, as: asUser(second.id) })).status).toBe(409)
})

test('of two owners who leave at the same time one stays', async () => {
  await using tenant = await createTestTenant()
  const owners = [await makeMember(tenant, 'default', 'owner'), await makeMember(tenant, 'default', 'owner')]
  const answers = await Promise.all(owners.map(({ id }) => call(tenant, 'DELETE', { path: `/${id}`, as: asUser(id) })))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
})

describe('nobody gives, changes or takes away more than they have', () => {
  const manages = (role: Role) => role === 'owner' || role === 'admin'
  test.each(ROLES)(
    '%s',
    async (own) => {
      await using tenant = await createTestTenant()
      await makeMember(tenant, 'default', 'owner')
      const as = asUser((await makeMember(tenant, 'default', own)).id)
      for (const role of ROLES) {
        const allowed = manages(own) && ROLES.indexOf(role) >= ROLES.indexOf(own)
        const status = allowed ? 204 : 403
        const newcomer = await makeUser(tenant, `new-${role}@example.org`)
        const added = await call(tenant, 'POST', { as, body: { userId: newcomer.id, role } })
        expect({ role, add: added.status }).toEqual({ role, add: status })
        const other = await makeMember(tenant, 'default', role)
        const demoted = await call(tenant, 'PATCH', { path: `/${other.id}`, as, body: { role: 'viewer' } })
        expect({ role, demote: demoted.status }).toEqual({ role, demote: status })
        const low = await makeMember(tenant, 'default', 'viewer')
        const raised = await call(tenant, 'PATCH', { path: `/${low.id}`, as, body: { role } })
        expect({ role, raise: raised.status }).toEqual({ role, raise: status })
        const third = await makeMember(tenant, 'default', role)
        const removed = await call(tenant, 'DELETE', { path: `/${third.id}`, as })
        expect({ role, remove: removed.status }).toEqual({ role, remove: status })
      }
      expect((await call(tenant, 'GET', { as })).status).toBe(200)
    },
    60_000,
  )
})

test('whoever is no member does not even learn that a space is there, and keys of apps are no people', async () => {
  await using tenant = await createTestTenant()
  const stranger = await makeUser(tenant, 'stranger@example.org')
  expect((await call(tenant, 'GET', { as: asUser(stranger.id) })).status).toBe(404)
  const key = { 'x-orrery-caller': 'app', 'x-consumer-username': 'starter' }
  expect(await call(tenant, 'GET', { as: key })).toMatchObject({
    status: 403,
    body: { code: 'TENANT_PERSON_REQUIRED' },
  })
})
