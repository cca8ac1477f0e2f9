import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { QuotaBlock, ReserveQuota } from '#shared/permissions/call-limits.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

const NONE = {
  ...{ requestsPerSecond: null, requestsPerMinute: null, burst: null },
  ...{ requestsPerDay: null, requestsPerMonth: null, tokensPerDay: null, tokensPerMonth: null },
}
const mine = { valid: true, appId: 'mine', actions: ['agents:read', 'models:run'], expiresAtMs: null }
const answers: Record<string, object> = {
  free: mine,
  rated: { ...mine, limits: { key: { ...NONE, requestsPerMinute: 2 } } },
  shared: { ...mine, appId: 'other', limits: { app: { ...NONE, requestsPerMinute: 3 } } },
  shared2: { ...mine, appId: 'other', limits: { app: { ...NONE, requestsPerMinute: 3 } } },
  metered: { ...mine, limits: { key: { ...NONE, requestsPerDay: 5 } } },
}
const RESETS_AT_MS = Date.now() + 3_600_000

let gateway: ReturnType<typeof startTestGateway>
const reserved: ReserveQuota[] = []
const usable = new Set(Object.keys(answers))
let left = 5
let verified = 0

/** One worker for everything: a tenant service with some keys, and an agent service that answers or streams for ever. */
const answer = async (request: Request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/internal/credentials/verify') {
    const { apiKey } = (await request.json()) as { apiKey: string }
    verified += 1
    return Response.json(usable.has(apiKey) ? answers[apiKey] : { valid: false })
  }
  if (pathname === '/internal/credentials/standing') {
    const { apiKeys } = (await request.json()) as { apiKeys: string[] }
    return Response.json({ usable: apiKeys.filter((apiKey) => usable.has(apiKey)) })
  }
  if (pathname === '/internal/tenant/quotas/reserve') {
    reserved.push((await request.json()) as ReserveQuota)
    const requests = Math.min(2, left)
    left -= requests
    const end = { limit: 'requestsPerDay', max: 5, resetsAtMs: RESETS_AT_MS } as const
    const block: QuotaBlock = { requests, day: '2026-11-26', untilMs: RESETS_AT_MS, end: requests > 0 ? null : end }
    return Response.json(block)
  }
  if (pathname === '/api/sign-in') return Response.json({}, { status: 401 })
  if (pathname === '/api/agents/7') {
    const body = new ReadableStream({ start: (controller) => controller.enqueue('data: 1\n\n') })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  return Response.json({ path: pathname })
}

beforeAll(() => {
  gateway = startTestGateway()
  const worker = gateway.addWorker(answer)
  gateway.route({ agent: [worker], tenant: [worker] })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ask = (apiKey: string, path = '/api/agents') =>
  fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${apiKey}:secret` } })
const statuses = async (apiKey: string, times: number) => {
  const found: number[] = []
  for (let time = 0; time < times; time += 1) found.push((await ask(apiKey)).status)
  return found
}

test('a rate ends with 429, Retry-After and the RateLimit fields; what passes tells what is left', async () => {
  const passed = await ask('rated')
  expect(passed.status).toBe(200)
  expect(passed.headers.get('ratelimit-policy')).toBe('"key-minute";q=2;w=60')
  expect(passed.headers.get('ratelimit')).toMatch(/^"key-minute";r=1;t=\d+$/)
  await ask('rated')
  const refused = await ask('rated')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(await refused.json()).toMatchObject({ code: 'GATEWAY_CALL_LIMITED', remedy: expect.stringContaining('s, as') })
  expect(refused.headers.get('ratelimit')).toMatch(/^"key-minute";r=0;t=\d+$/)
  const seconds = Number(refused.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(60)
})

test('clients of the OpenAI API find their own error object in a refusal', async () => {
  const refused = await ask('rated', '/v1/models')
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({
    code: 'GATEWAY_CALL_LIMITED',
    error: { type: 'rate_limit_error', code: 'GATEWAY_CALL_LIMITED', param: null, message: expect.any(String) },
  })
  const nobody = await fetch(`${gateway.url}/v1/models`)
  expect(await nobody.json()).toMatchObject({
    error: { type: 'invalid_request_error', code: 'GATEWAY_UNAUTHENTICATED' },
  })
})

test('keys of one app share the limits of the app', async () => {
  expect(await statuses('shared', 2)).toEqual([200, 200])
  expect(await statuses('shared2', 2)).toEqual([200, 429])
})

test('a quota is taken in blocks, lets through exactly what it has, and says when the next day begins', async () => {
  expect(await statuses('metered', 7)).toEqual([200, 200, 200, 200, 200, 429, 429])
  expect(reserved).toHaveLength(4)
  const refused = await ask('metered')
  expect(refused.headers.get('ratelimit')).toContain('"key-requests-per-day";r=0')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500)
})

test('a key without limits has no fields, and costs no question', async () => {
  const before = reserved.length
  const passed = await ask('free')
  expect(passed.headers.get('ratelimit')).toBeNull()
  expect(reserved).toHaveLength(before)
})

test('when a key ends its open stream is cut before the change is answered, and its next request is refused', async () => {
  const streamed = await ask('free', '/api/agents/7')
  const other = await ask('shared', '/api/agents/7').then((response) => response.status)
  expect([streamed.status, other]).toEqual([200, 429])
  const reader = streamed.body?.getReader()
  await reader?.read()
  usable.delete('free')
  const changed = await gateway.ask('/api/apps/mine', { method: 'PATCH', body: '{}' })
  expect(changed.status).toBe(200)
  const ended = reader?.read().then(
    ({ done }) => (done ? 'closed' : 'more'),
    () => 'cut',
  )
  expect(await ended).not.toBe('more')
  expect((await ask('free')).status).toBe(401)
  await waitFor(async () => (await gateway.accessLines()).some((line) => line.includes('"revoked"')), {
    what: 'the access log to say why',
  })
  usable.add('free')
})

test('a change through another gateway ends what this one remembered', async () => {
  await gateway.ask('/api/apps/mine', { method: 'PATCH', body: '{}' })
  expect((await ask('free')).status).toBe(200)
  usable.delete('free')
  expect((await ask('free')).status).toBe(200)
  gateway.gateway.forgetCallers()
  expect((await ask('free')).status).toBe(401)
})

test('a refused attempt to sign in makes nobody be asked about again', async () => {
  await ask('free')
  const before = verified
  const refused = await fetch(`${gateway.url}/api/sign-in`, { method: 'POST', body: '{}' })
  expect(refused.status).toBe(401)
  await ask('free')
  expect(verified).toBe(before)
  await gateway.ask('/api/apps/mine', { method: 'PATCH', body: '{}' })
  await ask('free')
  expect(verified).toBe(before + 1)
})
