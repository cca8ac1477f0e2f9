import { describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'

const asRoot = { 'x-orrery-caller': 'root' }
const shop = { request_id: 'r', app_name: 'Shop', dev_id: 7, cloud_id: 'c1', app_desc: 'Sells.' }

const register = async (tenant: Awaited<ReturnType<typeof createTestTenant>>, fields: object = {}) => {
  const { body } = await callApp(tenant.app, 'POST /v2/app', { headers: asRoot, body: { ...shop, ...fields } })
  return (body as { data: { app_id: string; api_key: string; api_secret: string } }).data
}

describe('apps', () => {
  test('a registered app has generated identifiers and is found by list and details', async () => {
    await using tenant = await createTestTenant()
    const made = await register(tenant)
    expect(made).toEqual({
      app_id: expect.stringMatching(/^[0-9a-f]{8}$/),
      api_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      api_secret: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
    })

    const list = await callApp(tenant.app, `GET /v2/app/list?app_ids=${made.app_id},`, { headers: asRoot })
    expect(list.status).toBe(200)
    expect(list.body).toEqual({
      sid: expect.stringMatching(/^app[0-9a-f]{8}@/),
      code: 0,
      message: 'success',
      data: [
        {
          appid: made.app_id,
          name: 'Shop',
          dev_id: 7,
          cloud_id: 'c1',
          source: 'admin',
          is_disable: false,
          desc: 'Sells.',
          create_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        },
      ],
    })
    const details = await callApp(tenant.app, 'GET /v2/app/details?name=ho', { headers: asRoot })
    expect(details.body).toMatchObject({
      data: [{ appid: made.app_id, auth_list: [{ api_key: made.api_key, api_secret: made.api_secret }] }],
    })
  })

  test('list without a match has no data, details has an empty list', async () => {
    await using tenant = await createTestTenant()
    const list = await callApp(tenant.app, 'GET /v2/app/list?app_ids=nobody', { headers: asRoot })
    const details = await callApp(tenant.app, 'GET /v2/app/details?app_ids=nobody', { headers: asRoot })
    expect(list.body).toEqual({ sid: expect.any(String), code: 0, message: 'success' })
    expect(details.body).toMatchObject({ code: 0, data: [] })
  })

  test('the caller is recorded as source, and a channel equal to it becomes 0', async () => {
    await using tenant = await createTestTenant()
    const headers = { ...asRoot, 'x-consumer-username': 'portal' }
    await callApp(tenant.app, 'POST /v2/app', { headers, body: { ...shop, cloud_id: 'portal' } })
    const list = await callApp(tenant.app, 'GET /v2/app/list?name=Shop', { headers: asRoot })
    expect(list.body).toMatchObject({ data: [{ source: 'portal', cloud_id: '0' }] })
    const again = await callApp(tenant.app, 'POST /v2/app', { headers, body: { ...shop, cloud_id: 'portal' } })
    expect(again.body).toMatchObject({ code: 3007 })
  })

  test('names are unique per developer, channel and source, compared letter by letter', async () => {
    await using tenant = await createTestTenant()
    await register(tenant, { app_name: 'a_b%' })
    const codes = []
    for (const fields of [{ app_name: 'a_b%' }, { app_name: 'aXbc' }, { app_name: 'a_b%', dev_id: 8 }]) {
      const answer = await callApp(tenant.app, 'POST /v2/app', { headers: asRoot, body: { ...shop, ...fields } })
      codes.push((answer.body as { code: number }).code)
    }
    expect(codes).toEqual([3007, 0, 0])
  })

  test('a deleted app frees its name; changing or deleting it again says that it does not exist', async () => {
    await using tenant = await createTestTenant()
    const { app_id } = await register(tenant)
    const remove = () => callApp(tenant.app, 'DELETE /v2/app', { headers: asRoot, body: { request_id: 'r', app_id } })
    expect((await remove()).body).toEqual({ sid: expect.any(String), code: 0, message: 'success' })
    expect((await remove()).body).toMatchObject({ code: 3003 })
    const change = await callApp(tenant.app, 'PUT /v2/app', { headers: asRoot, body: { request_id: 'r', app_id } })
    expect(change.body).toMatchObject({ code: 3003 })
    expect(await register(tenant)).toMatchObject({ app_id: expect.any(String) })
  })

  test('a change keeps what it leaves out and never the owner', async () => {
    await using tenant = await createTestTenant()
    const { app_id } = await register(tenant)
    await callApp(tenant.app, 'PUT /v2/app', {
      headers: { ...asRoot, 'x-consumer-username': 'other' },
      body: { request_id: 'r', app_id, app_name: 'Store', app_desc: '' },
    })
    const list = await callApp(tenant.app, `GET /v2/app/list?app_ids=${app_id}`, { headers: asRoot })
    expect(list.body).toMatchObject({ data: [{ name: 'Store', desc: 'Sells.', source: 'admin' }] })
  })
})

describe('keys', () => {
  test('a key is unique over all apps, is revoked in its own app alone, and can come back', async () => {
    await using tenant = await createTestTenant()
    const first = await register(tenant)
    const second = await register(tenant, { app_name: 'Other' })
    const send = async (method: 'POST' | 'DELETE', app_id: string) =>
      (
        await callApp(tenant.app, `${method} /v2/app/key`, {
          headers: asRoot,
          body: { request_id: 'r', app_id, api_key: 'mine', api_secret: 'secret' },
        })
      ).body as { code: number; data?: unknown }

    expect(await send('POST', first.app_id)).toMatchObject({ data: { api_key: 'mine', api_secret: 'secret' } })
    expect(await send('POST', second.app_id)).toMatchObject({ code: 3004 })
    expect(await send('DELETE', second.app_id)).toMatchObject({ code: 3006 })
    expect(await send('DELETE', first.app_id)).toMatchObject({ code: 0 })
    expect(await send('DELETE', first.app_id)).toMatchObject({ code: 3006 })
    expect(await send('POST', first.app_id)).toMatchObject({ code: 0 })
    expect(await send('POST', 'nobody')).toMatchObject({ code: 3003 })
  })

  test('revoked keys are in no list', async () => {
    await using tenant = await createTestTenant()
    const made = await register(tenant)
    await callApp(tenant.app, 'DELETE /v2/app/key', { headers: asRoot, body: { request_id: 'r', ...made } })
    const keys = await callApp(tenant.app, `GET /v2/app/key/${made.app_id}`, { headers: asRoot })
    const details = await callApp(tenant.app, `GET /v2/app/details?app_ids=${made.app_id}`, { headers: asRoot })
    expect(keys.body).not.toHaveProperty('data')
    expect((details.body as { data: object[] }).data[0]).not.toHaveProperty('auth_list')
  })
})

describe('refusals', () => {
  test.each([
    ['POST /v2/app', {}, 'request_id must not been empty'],
    ['POST /v2/app', { request_id: 'r' }, 'app_name must not been empty'],
    ['POST /v2/app', { request_id: 'r', app_name: 'n', dev_id: 0 }, 'dev_id must been more than zero'],
    ['POST /v2/app', { request_id: 'r', app_name: 'n', dev_id: 1, cloud_id: null }, 'cloud_id must not been empty'],
    ['POST /v2/app/disable', { request_id: 'r', app_id: 'a' }, 'disable must not been empty'],
    ['DELETE /v2/app/key', { request_id: 'r', app_id: 'a' }, 'api_key must not been empty'],
    ['GET /v2/app/list', undefined, 'name or app_ids param must have at least one'],
  ] as const)('%s %j is a parameter error under HTTP 200', async (route, body, message) => {
    await using tenant = await createTestTenant()
    const answer = await callApp(tenant.app, route, { headers: asRoot, body })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ sid: expect.any(String), code: 14001, message })
  })

  test.each([
    ['no JSON', '{"request_id":'],
    ['nothing', ''],
    ['another type', '{"request_id":"r","app_name":"n","dev_id":"7"}'],
  ])('a body that is %s is a parameter error under HTTP 400', async (_what, body) => {
    await using tenant = await createTestTenant()
    const request = new Request('http://localhost/v2/app', { method: 'POST', headers: asRoot, body })
    const response = await tenant.app.handle(request)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toStartWith('application/json')
    expect(await response.json()).toMatchObject({ code: 14001 })
  })

  test('a failing database is a system error that tells nothing of the cause', async () => {
    await using tenant = await createTestTenant()
    await tenant.sql`alter table apps rename to gone`
    const list = await callApp(tenant.app, 'GET /v2/app/list?name=x', { headers: asRoot })
    expect(list).toMatchObject({ status: 200, body: { code: 3002, message: 'system error' } })
    await tenant.sql`alter table gone rename to apps`
  })

  test('an app finds itself without secrets, and nothing else', async () => {
    await using tenant = await createTestTenant()
    const mine = await register(tenant)
    const other = await register(tenant, { app_name: 'Shop two' })
    const headers = { 'x-orrery-caller': 'app', 'x-consumer-username': mine.app_id }
    const list = await callApp(tenant.app, 'GET /v2/app/list?name=Shop', { headers })
    expect(list.body).toMatchObject({ data: [{ appid: mine.app_id }] })
    expect((list.body as { data: unknown[] }).data).toHaveLength(1)
    const details = await callApp(tenant.app, `GET /v2/app/details?app_ids=${mine.app_id}`, { headers })
    expect(JSON.stringify(details.body)).not.toContain(mine.api_secret)
    const foreign = await callApp(tenant.app, `GET /v2/app/list?app_ids=${other.app_id}`, { headers })
    expect(foreign.body).not.toHaveProperty('data')
    for (const route of [`GET /v2/app/key/${mine.app_id}`, 'POST /v2/app', 'DELETE /v2/app/key'] as const) {
      const answer = await callApp(tenant.app, route, { headers, ...(route.startsWith('GET') ? {} : { body: shop }) })
      expect(answer).toMatchObject({ status: 403, body: { code: 'TENANT_ROOT_REQUIRED' } })
    }
  })
})
