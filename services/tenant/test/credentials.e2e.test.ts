/** Credentials of an app on the whole system: made, used, disabled, revoked. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'

let orrery: RunningOrrery

beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const call = async (method: string, path: string, options: { key?: string; body?: unknown; claim?: string } = {}) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: {
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(options.claim === undefined ? {} : { 'x-consumer-username': options.claim }),
      'content-type': 'application/json',
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> }
}

const createApp = async (name: string) => {
  const { status, body } = await call('POST', '/api/apps', { key: orrery.rootKey, body: { name } })
  expect(status).toBe(201)
  const { apiKey, apiSecret } = body.key as { apiKey: string; apiSecret: string }
  return { appId: body.appId as string, apiKey, key: `${apiKey}:${apiSecret}` }
}

test('an app calls with its key, sees itself alone whatever it claims to be, and may not manage', async () => {
  const app = await createApp('Alone')
  const list = await call('GET', '/api/apps', { key: app.key, claim: 'starter' })
  expect(list.body.apps).toMatchObject([{ appId: app.appId }])
  expect((await call('GET', '/api/apps/starter', { key: app.key })).status).toBe(404)
  const refused = await call('POST', '/api/apps', { key: app.key, body: { name: 'More' } })
  expect(refused).toMatchObject({ status: 403, body: { code: 'GATEWAY_ACTION_FORBIDDEN' } })
  expect((await call('GET', '/api/flows', { key: app.key })).status).toBe(200)
})

test('a wrong secret, a disabled app and a revoked key are refused from the next request on', async () => {
  const app = await createApp('Refused')
  const statusOf = async (key: string) => (await call('GET', '/api/apps', { key })).status
  expect(await statusOf(app.key)).toBe(200)
  expect(await statusOf(`${app.key}x`)).toBe(401)

  const path = `/api/apps/${app.appId}`
  await call('PATCH', path, { key: orrery.rootKey, body: { disabled: true } })
  expect(await statusOf(app.key)).toBe(401)
  await call('PATCH', path, { key: orrery.rootKey, body: { disabled: false } })
  expect(await statusOf(app.key)).toBe(200)

  const second = (await call('POST', `${path}/keys`, { key: orrery.rootKey, body: {} })).body
  const secondKey = `${second.apiKey}:${second.apiSecret}`
  expect(await statusOf(secondKey)).toBe(200)
  await call('DELETE', `${path}/keys/${app.apiKey}`, { key: orrery.rootKey })
  expect(await statusOf(app.key)).toBe(401)
  expect(await statusOf(secondKey)).toBe(200)
  expect((await call('DELETE', path, { key: orrery.rootKey })).status).toBe(204)
  expect(await statusOf(secondKey)).toBe(401)
})

test('what the gateway asks about credentials is not reachable from outside', async () => {
  const { status } = await call('POST', '/internal/credentials/verify', {
    key: orrery.rootKey,
    body: { apiKey: 'a', apiSecret: 'b' },
  })
  expect(status).toBe(404)
})

test('the wire of the original works through the gateway', async () => {
  const registered = await call('POST', '/v2/app', {
    key: orrery.rootKey,
    body: { request_id: 'r', app_name: 'Wire', dev_id: 1, cloud_id: '0' },
  })
  expect(registered.body).toMatchObject({ code: 0, message: 'success' })
  const { app_id, api_key, api_secret } = registered.body.data as Record<string, string>
  const own = await call('GET', `/v2/app/list?app_ids=${app_id},starter`, { key: `${api_key}:${api_secret}` })
  expect(own.body.data).toMatchObject([{ appid: app_id, name: 'Wire' }])
  expect((await call('GET', `/v2/app/list?app_ids=${app_id}`)).status).toBe(401)
})
