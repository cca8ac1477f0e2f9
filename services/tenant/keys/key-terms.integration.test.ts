import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createApp } from '../apps/create-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { rotateKey } from './rotate-key.ts'
import { verifyCredentials } from './verify-credentials.ts'

const shop = { name: 'Shop', developerId: '1', channelId: '0', source: 'admin', description: '' }
const headers = { 'x-orrery-caller': 'root' }
type Tenant = Awaited<ReturnType<typeof createTestTenant>>

const start = async (tenant: Tenant) => {
  const { app, credentials } = await createApp(tenant.dependencies, shop)
  const path = `/api/apps/${app.appId}/keys` as const
  const make = async (body: object) =>
    (await callApp(tenant.app, `POST ${path}`, { headers, body })).body as { apiKey: string; apiSecret: string }
  const verify = async (key: { apiKey: string; apiSecret: string }) =>
    (await callApp(tenant.app, 'POST /internal/credentials/verify', { body: key })).body as Record<string, unknown>
  return { appId: app.appId, first: credentials, path, make, verify }
}

test('a key is made with scopes, an end and a note, and the gateway is told what they come to', async () => {
  await using tenant = await createTestTenant()
  const { path, make, verify } = await start(tenant)
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  const key = await make({ scopes: ['knowledge-only', 'runs:read'], expiresAt, note: 'For imports' })
  expect(await verify(key)).toMatchObject({
    actions: ['knowledge:read', 'knowledge:write', 'runs:read'],
    expiresAtMs: Date.parse(expiresAt),
  })
  const list = (await callApp(tenant.app, `GET ${path}`, { headers })).body as { keys: { apiKey: string }[] }
  expect(list.keys.find(({ apiKey }) => apiKey === key.apiKey)).toMatchObject({
    ...{ scopes: ['knowledge-only', 'runs:read'], note: 'For imports', expiresAt, isExpired: false },
  })
})

test('what no key can have is refused when the key is made and when it is changed', async () => {
  await using tenant = await createTestTenant()
  const { path, first } = await start(tenant)
  const bodies = [
    [{ scopes: ['keys:write'] }, 'TENANT_SCOPE_REFUSED'],
    [{ scopes: ['run'] }, 'TENANT_SCOPE_UNKNOWN'],
    [{ scopes: [] }, 'REQUEST_INVALID'],
    [{ scope: ['run-only'] }, 'REQUEST_INVALID'],
    [{ expiresAt: new Date(Date.now() - 1).toISOString() }, 'TENANT_EXPIRY_PAST'],
    [{ expiresAt: 'tomorrow' }, 'REQUEST_INVALID'],
  ] as const
  for (const route of [`POST ${path}`, `PATCH ${path}/${first.apiKey}`] as const) {
    for (const [body, code] of bodies) {
      expect(await callApp(tenant.app, route, { headers, body })).toMatchObject({ status: 422, body: { code } })
    }
  }
  const empty = await callApp(tenant.app, `PATCH ${path}/${first.apiKey}`, { headers, body: {} })
  expect(empty.status).toBe(422)
  expect((await callApp(tenant.app, `PATCH ${path}/none`, { headers, body: { note: 'x' } })).status).toBe(404)
})

test('an expired key is refused, is in no wire list, and works again when its end is taken away', async () => {
  await using tenant = await createTestTenant()
  const { appId, path, first, verify } = await start(tenant)
  await tenant.sql`update api_keys set expires_at = now() - interval '1 second'`
  expect(await verify(first)).toEqual({ valid: false })
  const wire = await callApp(tenant.app, `GET /v2/app/key/${appId}`, { headers })
  expect(wire.body).not.toHaveProperty('data')
  const details = await callApp(tenant.app, `GET /v2/app/details?app_ids=${appId}`, { headers })
  expect((details.body as { data: object[] }).data[0]).not.toHaveProperty('auth_list')
  const shown = await callApp(tenant.app, `GET ${path}`, { headers })
  expect(shown.body).toMatchObject({ keys: [{ isExpired: true }] })
  await callApp(tenant.app, `PATCH ${path}/${first.apiKey}`, { headers, body: { expiresAt: null } })
  expect(await verify(first)).toMatchObject({ valid: true, expiresAtMs: null })
})

test('a rotated key works on for its overlap beside the new one, which has its scopes, and is not rotated twice', async () => {
  await using tenant = await createTestTenant()
  const { path, make, verify } = await start(tenant)
  const old = await make({ scopes: ['run-only'], note: 'Website' })
  const rotated = await callApp(tenant.app, `POST ${path}/${old.apiKey}/rotate`, {
    headers,
    body: { overlapSeconds: 60 },
  })
  expect(rotated).toMatchObject({ status: 201, body: { replaces: old.apiKey } })
  const next = rotated.body as { apiKey: string; apiSecret: string; oldExpiresAt: string }
  const before = await verify(old)
  expect(before).toMatchObject({ valid: true, expiresAtMs: Date.parse(next.oldExpiresAt) })
  expect(await verify(next)).toMatchObject({ actions: before.actions, expiresAtMs: null })

  const again = await callApp(tenant.app, `POST ${path}/${old.apiKey}/rotate`, { headers })
  expect(again).toMatchObject({ status: 409, body: { code: 'TENANT_KEY_ENDED' } })
  await tenant.sql`update api_keys set expires_at = now() where api_key = ${old.apiKey}`
  expect(await verify(old)).toEqual({ valid: false })
  expect(await verify(next)).toMatchObject({ valid: true })
})

test('an overlap of nothing ends the old key at once, and two who rotate one key make one', async () => {
  await using tenant = await createTestTenant()
  const { appId, first } = await start(tenant)
  const input = { appId, apiKey: first.apiKey, overlapSeconds: 0 }
  const race = await Promise.allSettled([1, 2].map(() => rotateKey(tenant.dependencies, input)))
  expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await verifyCredentials(tenant.dependencies, first)).toBeUndefined()
  expect(await tenant.dependencies.keys.list([appId])).toHaveLength(2)
})

test('when a key was last used is known to the minute, and costs one write a minute', async () => {
  await using tenant = await createTestTenant()
  const { first, verify } = await start(tenant)
  const used = async () => (await tenant.sql`select last_used_at from api_keys`)[0]?.last_used_at as string | null
  expect(await used()).toBeNull()
  await verify({ ...first, apiSecret: 'wrong' })
  expect(await used()).toBeNull()
  await verify(first)
  const once = await used()
  expect(once).toEqual(expect.any(String))
  await verify(first)
  expect(await used()).toEqual(once)
  await tenant.sql`update api_keys set last_used_at = now() - interval '61 seconds'`
  const longAgo = await used()
  await verify(first)
  expect(await used()).not.toEqual(longAgo)
})

test('a member whose role let them in manages keys of their app alone; a key of the app manages none', async () => {
  await using tenant = await createTestTenant()
  const { appId, path } = await start(tenant)
  const other = await createApp(tenant.dependencies, { ...shop, name: 'Other' })
  const asApp = { 'x-orrery-caller': 'app', 'x-consumer-username': appId }
  const asMember = { ...asApp, 'x-orrery-user': 'u1' }
  expect((await callApp(tenant.app, `POST ${path}`, { headers: asMember, body: {} })).status).toBe(201)
  expect((await callApp(tenant.app, `POST ${path}`, { headers: asApp, body: {} })).status).toBe(403)
  const foreign = await callApp(tenant.app, `POST /api/apps/${other.app.appId}/keys`, { headers: asMember, body: {} })
  expect(foreign.status).toBe(404)
})
