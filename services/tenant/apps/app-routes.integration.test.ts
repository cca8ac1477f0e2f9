import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { createApp } from './create-app.ts'
import { createStarterApp } from './starter-app.ts'

const headers = { 'x-orrery-caller': 'root' }
const shop = { name: 'Shop', developerId: '1', channelId: '0', source: 'admin', description: '' }

test('the secret of a new app is in the first answer and in none after it', async () => {
  await using tenant = await createTestTenant()
  const created = await callApp(tenant.app, 'POST /api/apps', { headers, body: { name: 'Shop' } })
  expect(created.status).toBe(201)
  const { appId, key } = created.body as { appId: string; key: { apiKey: string; apiSecret: string } }

  const one = await callApp(tenant.app, `GET /api/apps/${appId}`, { headers })
  const keys = await callApp(tenant.app, `GET /api/apps/${appId}/keys`, { headers })
  expect(one.body).toMatchObject({ appId, name: 'Shop', disabled: false })
  expect(keys.body).toEqual({
    keys: [
      {
        ...{ apiKey: key.apiKey, scopes: ['full'], note: '', createdAt: expect.any(String) },
        ...{ expiresAt: null, isExpired: false, replacedBy: null, lastUsedAt: null },
      },
    ],
  })
  expect(JSON.stringify([one.body, keys.body])).not.toContain(key.apiSecret)
})

test('pages meet without a gap or a repeat, also past an app that was deleted meanwhile', async () => {
  await using tenant = await createTestTenant()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await createApp(tenant.dependencies, { ...shop, name })
  const names: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page = await callApp(tenant.app, `GET /api/apps?limit=2${next && `&beforeId=${next}`}`, { headers })
    const body = page.body as { apps: { appId: string; name: string }[]; nextBeforeId: string | null }
    names.push(...body.apps.map((app) => app.name))
    next = body.nextBeforeId
    if (next) await callApp(tenant.app, `DELETE /api/apps/${next}`, { headers })
  }
  expect(names).toEqual(['e', 'd', 'c', 'b', 'a'])
})

test('each refusal is a problem with code and remedy', async () => {
  await using tenant = await createTestTenant()
  await createApp(tenant.dependencies, shop)
  const other = await createApp(tenant.dependencies, { ...shop, name: 'Other' })
  const refusals = [
    await callApp(tenant.app, 'POST /api/apps', { headers, body: { name: 'Shop' } }),
    await callApp(tenant.app, 'POST /api/apps', { headers, body: { appId: other.app.appId, name: 'New' } }),
    await callApp(tenant.app, 'POST /api/apps', { headers, body: { appId: 'a b', name: 'New' } }),
    await callApp(tenant.app, `PATCH /api/apps/${other.app.appId}`, { headers, body: { name: 'Shop' } }),
    await callApp(tenant.app, `PATCH /api/apps/${other.app.appId}`, { headers, body: {} }),
    await callApp(tenant.app, 'GET /api/apps/nobody', { headers }),
    await callApp(tenant.app, 'DELETE /api/apps/nobody/keys/none', { headers }),
    await callApp(tenant.app, `DELETE /api/apps/${other.app.appId}/keys/none`, { headers }),
    await callApp(tenant.app, 'POST /api/apps', { headers, body: { name: '' } }),
    await callApp(tenant.app, 'GET /api/apps?limit=1000', { headers }),
  ]
  expect(refusals.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual([
    [409, 'TENANT_APP_NAME_TAKEN'],
    [409, 'TENANT_APP_ID_TAKEN'],
    [422, 'REQUEST_INVALID'],
    [409, 'TENANT_APP_NAME_TAKEN'],
    [422, 'REQUEST_INVALID'],
    [404, 'TENANT_APP_NOT_FOUND'],
    [404, 'TENANT_APP_NOT_FOUND'],
    [404, 'TENANT_KEY_NOT_FOUND'],
    [422, 'REQUEST_INVALID'],
    [422, 'REQUEST_INVALID'],
  ])
  expect(refusals.every(({ body }) => (body as { remedy: string }).remedy.length > 0)).toBe(true)
})

test('an app reads itself alone and changes nothing', async () => {
  await using tenant = await createTestTenant()
  const mine = await createApp(tenant.dependencies, shop)
  const other = await createApp(tenant.dependencies, { ...shop, name: 'Other' })
  const asApp = { 'x-orrery-caller': 'app', 'x-consumer-username': mine.app.appId }
  const list = await callApp(tenant.app, 'GET /api/apps', { headers: asApp })
  expect(list.body).toMatchObject({ apps: [{ appId: mine.app.appId }], nextBeforeId: null })
  const statusOf = async (route: Parameters<typeof callApp>[1], body?: object) =>
    (await callApp(tenant.app, route, { headers: asApp, body })).status
  expect(await statusOf(`GET /api/apps/${mine.app.appId}`)).toBe(200)
  expect(await statusOf(`GET /api/apps/${other.app.appId}`)).toBe(404)
  expect(await statusOf(`GET /api/apps/${other.app.appId}/keys`)).toBe(404)
  expect(await statusOf('POST /api/apps', { name: 'New' })).toBe(403)
  expect(await statusOf(`PATCH /api/apps/${mine.app.appId}`, { disabled: true })).toBe(403)
  expect(await statusOf(`POST /api/apps/${mine.app.appId}/keys`)).toBe(403)
  expect(await statusOf(`DELETE /api/apps/${mine.app.appId}`)).toBe(403)
})

test('a taken id is tried again, and two creators of one name get one app', async () => {
  await using tenant = await createTestTenant()
  const first = await createApp(tenant.dependencies, shop, () => 'cafe0001')
  const ids = ['cafe0001', 'cafe0002']
  const second = await createApp(tenant.dependencies, { ...shop, name: 'Other' }, () => ids.shift() ?? '')
  expect([first.app.appId, second.app.appId]).toEqual(['cafe0001', 'cafe0002'])

  const race = await Promise.allSettled([1, 2].map(() => createApp(tenant.dependencies, { ...shop, name: 'Race' })))
  expect(race.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('the starter app is made once and never brought back', async () => {
  await using tenant = await createTestTenant()
  const { apps } = tenant.dependencies
  await createStarterApp(apps)
  await apps.update('starter', { name: 'Mine now' })
  await createStarterApp(apps)
  expect(await apps.find('starter')).toMatchObject({ name: 'Mine now' })
  await apps.markDeleted('starter')
  await createStarterApp(apps)
  expect(await apps.find('starter')).toBeUndefined()
})
