/** The wire of the original tenant service: envelopes, spellings, order of checks, numbers, identifiers. */
import { describe, expect, test } from 'bun:test'
import { createTestTenant } from '../create-test-tenant.ts'
import { wireClient } from './wire-client.ts'

describe('the envelope', () => {
  test('is sid, code, message and data under HTTP 200, and every sid is another one', async () => {
    await using tenant = await createTestTenant()
    const { send } = wireClient(tenant)
    const answers = [
      await send('GET /v2/app/list?name=none'),
      await send('GET /v2/app/details?name=none'),
      await send('POST /v2/app', {}),
      await send('DELETE /v2/app', { request_id: 'r', app_id: 'none' }),
      await send('GET /v2/app/key/none'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    for (const { body } of answers) expect(body.sid).toMatch(/^app[0-9a-f]{8}@[\w]+$/)
    expect(new Set(answers.map(({ body }) => body.sid)).size).toBe(5)
    expect(answers.map(({ body }) => Object.keys(body))).toEqual([
      ['sid', 'code', 'message'],
      ['sid', 'code', 'message', 'data'],
      ['sid', 'code', 'message'],
      ['sid', 'code', 'message'],
      ['sid', 'code', 'message'],
    ])
  })

  test('has no data where nothing was found by list and key, and an empty list by details', async () => {
    await using tenant = await createTestTenant()
    const { send } = wireClient(tenant)
    expect((await send('GET /v2/app/list?app_ids=none,')).body).not.toHaveProperty('data')
    expect((await send('GET /v2/app/key/none')).body).not.toHaveProperty('data')
    expect((await send('GET /v2/app/details?app_ids=none,')).body.data).toEqual([])
  })

  test('success says so, and what changes something has no data', async () => {
    await using tenant = await createTestTenant()
    const { send, register } = wireClient(tenant)
    const { app_id, api_key } = await register()
    const done = { sid: expect.any(String), code: 0, message: 'success' }
    const request = { request_id: 'r', app_id }
    expect((await send('PUT /v2/app', { ...request, app_name: 'Store' })).body).toEqual(done)
    expect((await send('POST /v2/app/disable', { ...request, disable: true })).body).toEqual(done)
    expect((await send('DELETE /v2/app/key', { ...request, api_key })).body).toEqual(done)
    expect((await send('DELETE /v2/app', request)).body).toEqual(done)
  })
})

test('an app is spelt appid, with these fields in this order; its details have others', async () => {
  await using tenant = await createTestTenant()
  const { send, register } = wireClient(tenant)
  const { app_id } = await register({ app_desc: 'Sells 🍋' })
  const list = (await send(`GET /v2/app/list?app_ids=${app_id}`)).body.data as object[]
  const fields = ['appid', 'name', 'dev_id', 'cloud_id', 'source', 'is_disable', 'desc', 'create_time']
  expect(Object.keys(list[0] ?? {})).toEqual(fields)
  expect(list[0]).toMatchObject({ dev_id: 7, source: 'admin', is_disable: false, desc: 'Sells 🍋' })
  const details = (await send(`GET /v2/app/details?app_ids=${app_id}`)).body.data as object[]
  expect(Object.keys(details[0] ?? {})).toEqual(['appid', 'name', 'is_disable', 'auth_list', 'desc'])
})

test('keys are listed by key, ascending: clients take the first one', async () => {
  await using tenant = await createTestTenant()
  const { send, register } = wireClient(tenant)
  const { app_id, api_key } = await register()
  for (const key of ['zz', '00', 'mm']) await send('POST /v2/app/key', { request_id: 'r', app_id, api_key: key })
  const listed = (await send(`GET /v2/app/key/${app_id}`)).body.data as { api_key: string }[]
  expect(listed.map((key) => key.api_key)).toEqual(['00', 'zz', 'mm', api_key].sort())
  const [details] = (await send(`GET /v2/app/details?app_ids=${app_id}`)).body.data as { auth_list: object[] }[]
  expect(details?.auth_list).toEqual(listed)
})

test.each([
  ['POST /v2/app', ['request_id', 'app_name', 'dev_id', 'cloud_id']],
  ['PUT /v2/app', ['request_id', 'app_id']],
  ['DELETE /v2/app', ['request_id', 'app_id']],
  ['POST /v2/app/disable', ['request_id', 'app_id', 'disable']],
  ['POST /v2/app/key', ['request_id', 'app_id']],
  ['DELETE /v2/app/key', ['request_id', 'app_id', 'api_key']],
] as const)('%s checks its fields in the order %j', async (route, fields) => {
  await using tenant = await createTestTenant()
  const { send } = wireClient(tenant)
  const body: Record<string, unknown> = {}
  for (const field of fields) {
    const { body: answer } = await send(route, body)
    expect(answer.code).toBe(14001)
    expect(answer.message).toStartWith(`${field} must`)
    body[field] = field === 'dev_id' ? 1 : field === 'disable' ? true : 'x'
  }
  expect((await send(route, body)).body.code).not.toBe(14001)
})

test('each failure has the number that clients know', async () => {
  await using tenant = await createTestTenant()
  const { register, codeOf } = wireClient(tenant)
  const { app_id, api_key } = await register()
  const none = { request_id: 'r', app_id: 'none' }
  const mine = { request_id: 'r', app_id }
  expect({
    appUnknown: await codeOf('PUT /v2/app', none),
    appUnknownToDelete: await codeOf('DELETE /v2/app', none),
    appUnknownToDisable: await codeOf('POST /v2/app/disable', { ...none, disable: true }),
    appUnknownToKey: await codeOf('POST /v2/app/key', none),
    keyTaken: await codeOf('POST /v2/app/key', { ...mine, api_key }),
    keyUnknown: await codeOf('DELETE /v2/app/key', { ...mine, api_key: 'none' }),
    nameTaken: await codeOf('POST /v2/app', { request_id: 'r', app_name: 'Shop', dev_id: 7, cloud_id: 'c1' }),
    devIdNoNumber: await codeOf('GET /v2/app/list?name=x&dev_id=seven'),
  }).toEqual({
    ...{ appUnknown: 3003, appUnknownToDelete: 3003, appUnknownToDisable: 3003, appUnknownToKey: 3003 },
    ...{ keyTaken: 3004, keyUnknown: 3006, nameTaken: 3007, devIdNoNumber: 14001 },
  })
})

test('identifiers are as long as clients store them, and never the same twice', async () => {
  await using tenant = await createTestTenant()
  const { register, send } = wireClient(tenant)
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => register({ app_name: `App ${index}` })))
  for (const { app_id, api_key, api_secret } of made) {
    expect(app_id).toMatch(/^[0-9a-f]{8}$/)
    expect(api_key).toMatch(/^[0-9a-f]{32}$/)
    expect(api_secret).toMatch(/^[A-Za-z0-9]{32}$/)
  }
  expect(new Set(made.flatMap((app) => [app.app_id, app.api_key, app.api_secret])).size).toBe(60)
  const supplied = { request_id: 'r', app_id: made[0]?.app_id, api_key: 'own', api_secret: 'chosen' }
  expect((await send('POST /v2/app/key', supplied)).body.data).toEqual({ api_key: 'own', api_secret: 'chosen' })
})

test('disabling is said again without harm, and enabling too', async () => {
  await using tenant = await createTestTenant()
  const { register, codeOf, send } = wireClient(tenant)
  const { app_id } = await register()
  const flip = (disable: boolean) => codeOf('POST /v2/app/disable', { request_id: 'r', app_id, disable })
  expect([await flip(true), await flip(true)]).toEqual([0, 0])
  const [shown] = (await send(`GET /v2/app/list?app_ids=${app_id}`)).body.data as { is_disable: boolean }[]
  expect(shown?.is_disable).toBe(true)
  expect([await flip(false), await flip(false)]).toEqual([0, 0])
})

test('a ping is answered without an envelope, and not while the database is away', async () => {
  await using tenant = await createTestTenant()
  const { send } = wireClient(tenant)
  expect(await send('GET /ping')).toEqual({ status: 200, body: { message: 'pong' } as never })
  await tenant.sql`alter table apps rename to gone`
  expect((await send('GET /ping')).status).toBe(503)
  await tenant.sql`alter table gone rename to apps`
})
