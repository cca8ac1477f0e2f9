import { expect, test } from 'bun:test'
import { KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createApp } from '../apps/create-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'

const shop = { name: 'Shop', developerId: '1', channelId: '0', source: 'admin', description: '' }

const verify = async (app: Parameters<typeof callApp>[0], apiKey: string, apiSecret: string) =>
  (await callApp(app, 'POST /internal/credentials/verify', { body: { apiKey, apiSecret } })).body

test('only the very key and secret of a live, enabled app are accepted', async () => {
  await using tenant = await createTestTenant()
  const { app, credentials } = await createApp(tenant.dependencies, shop)
  const { apiKey, apiSecret } = credentials
  const other = await createApp(tenant.dependencies, { ...shop, name: 'Other' })

  expect(await verify(tenant.app, apiKey, apiSecret)).toEqual({
    valid: true,
    appId: app.appId,
    actions: [...KEY_ACTIONS],
    expiresAtMs: null,
  })
  expect(await verify(tenant.app, apiKey, `${apiSecret}x`)).toEqual({ valid: false })
  expect(await verify(tenant.app, apiKey, other.credentials.apiSecret)).toEqual({ valid: false })
  expect(await verify(tenant.app, 'unknown', apiSecret)).toEqual({ valid: false })
  expect(await verify(tenant.app, '', '')).toEqual({ valid: false })
})

test('a disabled app is refused until it is enabled again', async () => {
  await using tenant = await createTestTenant()
  const { app, credentials } = await createApp(tenant.dependencies, shop)
  await tenant.dependencies.apps.update(app.appId, { disabled: true })
  expect(await verify(tenant.app, credentials.apiKey, credentials.apiSecret)).toEqual({ valid: false })
  await tenant.dependencies.apps.update(app.appId, { disabled: false })
  expect(await verify(tenant.app, credentials.apiKey, credentials.apiSecret)).toMatchObject({ valid: true })
})

test('neither a revoked key nor the key of a deleted app is accepted', async () => {
  await using tenant = await createTestTenant()
  const root = { 'x-orrery-caller': 'root' }
  const { app, credentials } = await createApp(tenant.dependencies, shop)
  const added = await callApp(tenant.app, `POST /api/apps/${app.appId}/keys`, { headers: root })
  const second = added.body as { apiKey: string; apiSecret: string }
  expect(await verify(tenant.app, second.apiKey, second.apiSecret)).toMatchObject({ valid: true })

  await callApp(tenant.app, `DELETE /api/apps/${app.appId}/keys/${second.apiKey}`, { headers: root })
  expect(await verify(tenant.app, second.apiKey, second.apiSecret)).toEqual({ valid: false })
  await callApp(tenant.app, `DELETE /api/apps/${app.appId}`, { headers: root })
  expect(await verify(tenant.app, credentials.apiKey, credentials.apiSecret)).toEqual({ valid: false })
})

test('the database holds no secret in clear', async () => {
  await using tenant = await createTestTenant()
  const { credentials } = await createApp(tenant.dependencies, shop)
  const rows = await tenant.sql`select * from api_keys`
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(credentials.apiSecret)
})
