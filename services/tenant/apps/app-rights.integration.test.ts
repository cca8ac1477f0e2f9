import { describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { ROLES } from '../tables.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { asUser, makeMember, makeUser, ROOT } from '../test/people.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>
const makeSpace = async ({ dependencies }: Tenant, name: string) => (await dependencies.spaces.insert({ name })).id
const makeApp = async ({ app }: Tenant, body: object, headers: Record<string, string> = ROOT) => {
  const answer = await callApp(app, 'POST /api/apps', { body, headers })
  return { status: answer.status, appId: (answer.body as { appId: string }).appId }
}

describe('members do with the apps of their space what their role includes, and see no other', () => {
  test.each(ROLES)('%s', async (role) => {
    await using tenant = await createTestTenant()
    const spaceId = await makeSpace(tenant, 'Apart')
    const inside = await makeApp(tenant, { name: 'Inside', spaceId })
    const outside = await makeApp(tenant, { name: 'Outside' })
    const headers = asUser((await makeMember(tenant, spaceId, role)).id)
    const manages = role === 'owner' || role === 'admin'

    const list = await callApp(tenant.app, 'GET /api/apps', { headers })
    expect(list.body).toMatchObject({ apps: [{ appId: inside.appId, spaceId }], nextBeforeId: null })
    expect((await callApp(tenant.app, `GET /api/apps/${inside.appId}`, { headers })).status).toBe(200)
    expect((await callApp(tenant.app, `GET /api/apps/${outside.appId}`, { headers })).status).toBe(404)
    const rename = (appId: string) =>
      callApp(tenant.app, `PATCH /api/apps/${appId}`, { body: { name: 'New' }, headers })
    expect((await rename(inside.appId)).status).toBe(manages ? 200 : 403)
    expect((await rename(outside.appId)).status).toBe(404)
    expect((await makeApp(tenant, { name: 'Mine', spaceId }, headers)).status).toBe(manages ? 201 : 403)
    expect((await makeApp(tenant, { name: 'Mine' }, headers)).status).toBe(404) // the default space is not theirs
    const move = { body: { spaceId: 'default' }, headers }
    expect((await callApp(tenant.app, `PATCH /api/apps/${inside.appId}`, move)).status).toBe(403)
    const removed = await callApp(tenant.app, `DELETE /api/apps/${inside.appId}`, { headers })
    expect(removed.status).toBe(manages ? 204 : 403)
  })
})

test('a disabled app is still managed, but nobody acts for it', async () => {
  await using tenant = await createTestTenant()
  const { appId } = await makeApp(tenant, { name: 'Off' })
  const owner = await makeMember(tenant, 'default', 'owner')
  const headers = asUser(owner.id)
  await callApp(tenant.app, `PATCH /api/apps/${appId}`, { body: { disabled: true }, headers })
  expect(await tenant.dependencies.members.roleForApp(owner.id, appId, 'enabled')).toBeUndefined()
  const enabled = await callApp(tenant.app, `PATCH /api/apps/${appId}`, { body: { disabled: false }, headers })
  expect(enabled.body).toMatchObject({ disabled: false })
})

test('administrators move apps between spaces, into none that is not there', async () => {
  await using tenant = await createTestTenant()
  const spaceId = await makeSpace(tenant, 'Apart')
  const { appId } = await makeApp(tenant, { name: 'Moves' })
  const move = (to: string) => callApp(tenant.app, `PATCH /api/apps/${appId}`, { body: { spaceId: to }, headers: ROOT })
  expect((await move('nowhere')).status).toBe(404)
  expect((await move(spaceId)).body).toMatchObject({ spaceId })
  expect((await callApp(tenant.app, `DELETE /api/spaces/${spaceId}`, { headers: ROOT })).status).toBe(409)
  await move('default')
  expect((await callApp(tenant.app, `DELETE /api/spaces/${spaceId}`, { headers: ROOT })).status).toBe(204)
})

test('somebody without a space sees no app', async () => {
  await using tenant = await createTestTenant()
  await makeApp(tenant, { name: 'Hidden' })
  const nobody = await makeUser(tenant, 'nobody@example.org')
  expect((await callApp(tenant.app, 'GET /api/apps', { headers: asUser(nobody.id) })).body).toMatchObject({ apps: [] })
})
