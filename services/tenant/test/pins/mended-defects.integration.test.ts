/** What the original tenant service did wrong and ours does not; each test names the fault. */
import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../create-test-tenant.ts'
import { wireClient } from './wire-client.ts'

test('everybody could list, create and read secrets', async () => {
  await using tenant = await createTestTenant()
  const { app_id, api_secret } = await wireClient(tenant).register()
  const nobody = await callApp(tenant.app, `GET /v2/app/details?app_ids=${app_id}`)
  expect(JSON.stringify(nobody.body)).not.toContain(api_secret)
  expect((await callApp(tenant.app, `GET /v2/app/key/${app_id}`)).status).toBe(403)
  expect((await callApp(tenant.app, 'POST /v2/app', { body: {} })).status).toBe(403)
})

test('a key could be deleted through any app', async () => {
  await using tenant = await createTestTenant()
  const { register, codeOf } = wireClient(tenant)
  const victim = await register()
  const { app_id } = await register({ app_name: 'Other' })
  expect(await codeOf('DELETE /v2/app/key', { request_id: 'r', app_id, api_key: victim.api_key })).toBe(3006)
  const { api_key, api_secret } = victim
  const body = { apiKey: api_key, apiSecret: api_secret }
  expect((await callApp(tenant.app, 'POST /internal/credentials/verify', { body })).body).toMatchObject({ valid: true })
})

test('details went on showing deleted keys, and clients used the first of them', async () => {
  await using tenant = await createTestTenant()
  const { register, send } = wireClient(tenant)
  const { app_id, api_key } = await register()
  await send('POST /v2/app/key', { request_id: 'r', app_id, api_key: 'zz-second' })
  await send('DELETE /v2/app/key', { request_id: 'r', app_id, api_key })
  const [details] = (await send(`GET /v2/app/details?app_ids=${app_id}`)).body.data as { auth_list: object[] }[]
  expect(details?.auth_list).toEqual([{ api_key: 'zz-second', api_secret: expect.any(String) }])
})

test('a disabled app went on calling', async () => {
  await using tenant = await createTestTenant()
  const { register, send } = wireClient(tenant)
  const { app_id, api_key, api_secret } = await register()
  await send('POST /v2/app/disable', { request_id: 'r', app_id, disable: true })
  const body = { apiKey: api_key, apiSecret: api_secret }
  expect((await callApp(tenant.app, 'POST /internal/credentials/verify', { body })).body).toEqual({ valid: false })
})

test('a forgotten disable enabled the app', async () => {
  await using tenant = await createTestTenant()
  const { register, send, codeOf } = wireClient(tenant)
  const { app_id } = await register()
  await send('POST /v2/app/disable', { request_id: 'r', app_id, disable: true })
  expect(await codeOf('POST /v2/app/disable', { request_id: 'r', app_id })).toBe(14001)
  expect((await send(`GET /v2/app/list?app_ids=${app_id}`)).body.data).toMatchObject([{ is_disable: true }])
})

test('whoever changed an app became its owner', async () => {
  await using tenant = await createTestTenant()
  const { app_id } = await wireClient(tenant, 'portal').register()
  const other = wireClient(tenant, 'thief')
  await other.send('PUT /v2/app', { request_id: 'r', app_id, app_name: 'Mine now' })
  expect((await other.send(`GET /v2/app/list?app_ids=${app_id}`)).body.data).toMatchObject([{ source: 'portal' }])
})

test('a deleted key could not be added again, and the answer told the database’s words', async () => {
  await using tenant = await createTestTenant()
  const { register, send } = wireClient(tenant)
  const { app_id } = await register()
  const key = { request_id: 'r', app_id, api_key: 'again', api_secret: 'first' }
  await send('POST /v2/app/key', key)
  await send('DELETE /v2/app/key', key)
  const added = await send('POST /v2/app/key', { ...key, api_secret: 'second' })
  expect(added.body).toMatchObject({ code: 0, data: { api_key: 'again', api_secret: 'second' } })
  const verify = async (apiSecret: string) =>
    (await callApp(tenant.app, 'POST /internal/credentials/verify', { body: { apiKey: 'again', apiSecret } })).body
  expect([await verify('first'), await verify('second')]).toMatchObject([{ valid: false }, { valid: true }])
})

test('names with % and _ were taken for patterns, and the channel was rewritten after the check', async () => {
  await using tenant = await createTestTenant()
  const { register, codeOf } = wireClient(tenant)
  await register({ app_name: 'a%' })
  const create = (fields: object) => codeOf('POST /v2/app', { request_id: 'r', dev_id: 7, ...fields })
  expect(await create({ app_name: 'abc', cloud_id: 'c1' })).toBe(0)
  expect(await create({ app_name: 'Same', cloud_id: 'admin' })).toBe(0)
  expect(await create({ app_name: 'Same', cloud_id: '0' })).toBe(3007)
})

test('a taken id was an error, and secrets lay open in the database', async () => {
  await using tenant = await createTestTenant()
  const { api_secret } = await wireClient(tenant).register()
  expect(JSON.stringify(await tenant.sql`select * from api_keys`)).not.toContain(api_secret)
})

test('a failing database told its own words, and a lost commit was a success', async () => {
  await using tenant = await createTestTenant()
  const { send } = wireClient(tenant)
  await tenant.sql`alter table api_keys rename to gone`
  const answer = await send('POST /v2/app', { request_id: 'r', app_name: 'Half', dev_id: 1, cloud_id: '0' })
  expect(answer).toMatchObject({ status: 200, body: { code: 3002, message: 'system error' } })
  await tenant.sql`alter table gone rename to api_keys`
  expect((await send('GET /v2/app/list?name=Half')).body).not.toHaveProperty('data')
})

test('a malformed body had a text content type', async () => {
  await using tenant = await createTestTenant()
  const headers = { 'x-orrery-caller': 'root', 'content-type': 'text/plain' }
  const request = new Request('http://localhost/v2/app', { method: 'POST', headers, body: '{"request_id":' })
  const response = await tenant.app.handle(request)
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json;charset=utf-8'])
  expect(await response.json()).toMatchObject({ code: 14001 })
})

test('an app came with publicly known credentials', async () => {
  await using tenant = await createTestTenant()
  expect(await tenant.sql`select * from api_keys`).toHaveLength(0)
})
