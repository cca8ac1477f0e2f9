import { expect, test } from 'bun:test'
import type { QuotaBlock } from '#shared/permissions/call-limits.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createApp } from '../apps/create-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { periodsOf } from './quota-policy.ts'
import { reserveQuota, returnQuota } from './reserve-quota.ts'

const shop = { name: 'Shop', developerId: '1', channelId: '0', source: 'admin', description: '' }
const headers = { 'x-orrery-caller': 'root' }
type Tenant = Awaited<ReturnType<typeof createTestTenant>>

const start = async (tenant: Tenant, limits: object) => {
  const { app, credentials } = await createApp(tenant.dependencies, shop)
  const path = `/api/apps/${app.appId}/limits` as const
  const put = await callApp(tenant.app, `PUT ${path}`, { headers, body: limits })
  expect(put.status).toBe(200)
  return { appId: app.appId, apiKey: '', path, credentials }
}

const NOTHING = {
  ...{ requestsPerSecond: null, requestsPerMinute: null, burst: null },
  ...{ requestsPerDay: null, requestsPerMonth: null, tokensPerDay: null, tokensPerMonth: null },
}

test('limits are replaced whole, shown with their use, and told to the gateway with the key', async () => {
  await using tenant = await createTestTenant()
  const { appId, path, credentials } = await start(tenant, { requestsPerSecond: 5, burst: 10, requestsPerDay: 100 })
  const shown = await callApp(tenant.app, `GET ${path}`, { headers })
  expect(shown.body).toMatchObject({
    limits: { ...NOTHING, requestsPerSecond: 5, burst: 10, requestsPerDay: 100 },
    used: { today: { requests: 0, tokens: 0 }, thisMonth: { requests: 0 } },
  })
  const keyPath = `/api/apps/${appId}/keys/${credentials.apiKey}/limits`
  await callApp(tenant.app, `PUT ${keyPath}` as 'PUT /', { headers, body: { requestsPerMinute: 3 } })
  const verify = async () =>
    (await callApp(tenant.app, 'POST /internal/credentials/verify', { body: credentials })).body as { limits?: object }
  expect((await verify()).limits).toEqual({
    key: { ...NOTHING, requestsPerMinute: 3 },
    app: { ...NOTHING, requestsPerSecond: 5, burst: 10, requestsPerDay: 100 },
  })
  await callApp(tenant.app, `PUT ${keyPath}` as 'PUT /', { headers, body: {} })
  await callApp(tenant.app, `PUT ${path}`, { headers, body: { requestsPerDay: null } })
  expect(await verify()).not.toHaveProperty('limits')
})

test('limits that could never hold are refused, and an app may read its own but not set them', async () => {
  await using tenant = await createTestTenant()
  const { appId, path, credentials } = await start(tenant, {})
  const statusOf = async (body: object, at: string = path) =>
    (await callApp(tenant.app, `PUT ${at}` as 'PUT /', { headers, body })).status
  expect(await statusOf({ burst: 5 })).toBe(422)
  expect(await statusOf({ requestsPerDay: 0 })).toBe(422)
  expect(await statusOf({ requestsPerHour: 5 })).toBe(422)
  expect(await statusOf({ tokensPerDay: 5 }, `/api/apps/${appId}/keys/${credentials.apiKey}/limits`)).toBe(422)
  expect(await statusOf({}, '/api/apps/nobody/limits')).toBe(404)
  expect(await statusOf({}, `/api/apps/${appId}/keys/none/limits`)).toBe(404)
  const asApp = { 'x-orrery-caller': 'app', 'x-consumer-username': appId }
  expect((await callApp(tenant.app, `GET ${path}`, { headers: asApp })).status).toBe(200)
  expect((await callApp(tenant.app, `PUT ${path}`, { headers: asApp, body: {} })).status).toBe(403)
  const foreign = { ...asApp, 'x-consumer-username': 'other' }
  expect((await callApp(tenant.app, `GET ${path}`, { headers: foreign })).status).toBe(404)
})

test('many gateways at once never take more than the quota together', async () => {
  await using tenant = await createTestTenant()
  const subject = await start(tenant, { requestsPerDay: 137, requestsPerMonth: 500 })
  const blocks = await Promise.all(Array.from({ length: 100 }, () => reserveQuota(tenant.dependencies, subject)))
  expect(blocks.reduce((sum, { requests }) => sum + requests, 0)).toBe(137)
  expect(blocks.filter(({ end }) => end?.limit === 'requestsPerDay')).toHaveLength(100 - Math.ceil(137 / 2))
  const shown = await callApp(tenant.app, `GET ${subject.path}`, { headers })
  expect(shown.body).toMatchObject({ used: { today: { requests: 137 }, thisMonth: { requests: 137 } } })
})

test('what a gateway did not use is given back, with its next block or at its end', async () => {
  await using tenant = await createTestTenant()
  const { path, ...subject } = await start(tenant, { requestsPerDay: 1_000 })
  const used = async () =>
    ((await callApp(tenant.app, `GET ${path}`, { headers })).body as { used: { today: { requests: number } } }).used
      .today.requests
  const first = await reserveQuota(tenant.dependencies, subject)
  expect([first.requests, await used()]).toEqual([20, 20])
  await reserveQuota(tenant.dependencies, { ...subject, unused: { day: first.day, requests: 15 } })
  expect(await used()).toBe(25)
  await returnQuota(tenant.dependencies, { ...subject, unused: { day: first.day, requests: 20 } })
  expect(await used()).toBe(5)
})

test('a new day begins a new day quota and goes on with the month', async () => {
  await using tenant = await createTestTenant()
  const subject = await start(tenant, { requestsPerDay: 2, requestsPerMonth: 3 })
  const at = (iso: string) => reserveQuota(tenant.dependencies, subject, Date.parse(iso))
  const outcome = ({ requests, end }: QuotaBlock) => end?.limit ?? requests
  const days = ['2026-11-29T08:00Z', '2026-11-29T09:00Z', '2026-11-29T23:59Z', '2026-11-30T00:01Z', '2026-11-30T00:02Z']
  const taken: (string | number)[] = []
  for (const day of days) taken.push(outcome(await at(day)))
  expect(taken).toEqual([1, 1, 'requestsPerDay', 1, 'requestsPerMonth'])
  expect(outcome(await at('2026-12-01T00:00Z'))).toBe(1)
  await at('2027-02-01T00:00Z')
  const kept = await tenant.sql`select period from quota_counters order by period`
  expect(kept.map(({ period }) => period)).toEqual(['2027-02', '2027-02-01'])
})

test('tokens that models used for the app end its token quota', async () => {
  await using tenant = await createTestTenant()
  const { path, ...subject } = await start(tenant, { tokensPerDay: 1_000 })
  expect((await reserveQuota(tenant.dependencies, subject)).requests).toBeGreaterThan(0)
  const { day } = periodsOf(Date.now())
  await tenant.sql`insert into model_usage (hour, app_id, model, currency, prompt_tokens, completion_tokens)
    values (${day}::timestamptz, ${subject.appId}, 'm', '', 600, 400), (${day}::timestamptz, 'other', 'm', '', 9, 9)`
  expect((await reserveQuota(tenant.dependencies, subject)).end?.limit).toBe('tokensPerDay')
  const shown = await callApp(tenant.app, `GET ${path}`, { headers })
  expect(shown.body).toMatchObject({ used: { today: { tokens: 1_000 } } })
})

test('a rotated key keeps its limits', async () => {
  await using tenant = await createTestTenant()
  const { appId, credentials } = await start(tenant, {})
  const path = `/api/apps/${appId}/keys/${credentials.apiKey}`
  await callApp(tenant.app, `PUT ${path}/limits` as 'PUT /', { headers, body: { requestsPerDay: 7 } })
  const rotated = (await callApp(tenant.app, `POST ${path}/rotate` as 'POST /', { headers })).body as { apiKey: string }
  const shown = await callApp(tenant.app, `GET /api/apps/${appId}/keys/${rotated.apiKey}/limits`, { headers })
  expect(shown.body).toMatchObject({ limits: { requestsPerDay: 7 } })
})
