import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

const BODY_BYTES_MAX = 100_000

let gateway: ReturnType<typeof startTestGateway>
const verified: string[] = []

const mine = { valid: true, appId: 'mine' }
const answers: Record<string, object> = {
  key: mine,
  narrow: { ...mine, actions: ['agents:read'], expiresAtMs: null },
  expired: { ...mine, actions: ['agents:read'], expiresAtMs: Date.now() - 1 },
}

/** One worker for everything: tells what it was given, and knows the credentials of one app. */
const answer = async (request: Request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/internal/credentials/verify') {
    const { apiKey, apiSecret } = (await request.json()) as Record<string, string>
    verified.push(`${apiKey}:${apiSecret}`)
    return Response.json(apiSecret === 'secret' ? answers[apiKey ?? ''] : { valid: false })
  }
  const { length } = await request.bytes()
  const { headers } = request
  return Response.json({
    path: pathname,
    service: headers.get('x-orrery-service'),
    caller: headers.get('x-orrery-caller'),
    app: headers.get('x-consumer-username'),
    forwardedFor: headers.get('x-forwarded-for'),
    length,
  })
}

beforeAll(() => {
  gateway = startTestGateway({
    settings: { ORRERY_BODY_BYTES_MAX: BODY_BYTES_MAX, ORRERY_SERVICE_PORTS: 'on' },
    servicePorts: { tenant: 0 },
  })
  const worker = gateway.addWorker(answer)
  gateway.route({ agent: [worker], workflow: [worker], tenant: [worker], console: [worker] })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ask = async (path: string, headers: Record<string, string> = {}, init: BunFetchRequestInit = {}) => {
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
const asApp = { authorization: 'Bearer key:secret' }

describe('who may come in', () => {
  test.each([
    ['no credentials', {}],
    ['a wrong root key', { authorization: 'Bearer root-key-of-the-testz' }],
    ['another scheme', { authorization: 'Basic cm9vdDprZXk=' }],
    ['a wrong secret', { authorization: 'Bearer key:wrong' }],
    ['an empty secret', { authorization: 'Bearer key:' }],
    ['headers that only the gateway may set', { 'x-orrery-caller': 'root', 'x-consumer-username': 'mine' }],
  ])('%s: 401 with code, remedy and challenge, on our own and on wire routes', async (_, headers) => {
    for (const path of ['/api/agents', '/workflow/v1/chat/completions', '/v1/chat/completions']) {
      const refused = await ask(path, headers as Record<string, string>)
      expect(refused.status).toBe(401)
      expect(refused.body).toMatchObject({ code: 'GATEWAY_UNAUTHENTICATED', traceId: expect.any(String) })
      expect(String(refused.body.remedy)).toContain('Authorization: Bearer')
      expect(refused.headers.get('www-authenticate')).toContain('Bearer')
      expect(refused.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  test('the root key names the app it acts for, or none', async () => {
    expect((await ask('/agent/v1/bot-config', gateway.asRoot)).body).toMatchObject({
      caller: 'root',
      app: null,
      service: 'agent',
    })
    const named = await ask('/agent/v1/bot-config', { ...gateway.asRoot, 'x-consumer-username': 'theirs' })
    expect(named.body).toMatchObject({ caller: 'root', app: 'theirs' })
  })

  test('an app is the app of its key, whatever it claims to be', async () => {
    const claimed = await ask('/agent/v1/bot-config', {
      ...asApp,
      'x-consumer-username': 'theirs',
      'x-orrery-caller': 'root',
    })
    expect(claimed.body).toMatchObject({ caller: 'app', app: 'mine', forwardedFor: '127.0.0.1' })
  })

  test('credentials are checked once, and again after anything may have changed at the tenant service', async () => {
    await ask('/agent/v1/bot-config', asApp)
    verified.length = 0
    await Promise.all([ask('/agent/v1/bot-config', asApp), ask('/api/agents', asApp)])
    expect(verified).toEqual([])
    await ask('/api/apps', gateway.asRoot)
    await ask('/agent/v1/bot-config', asApp)
    expect(verified).toEqual([])
    await ask('/api/apps/mine', gateway.asRoot, { method: 'DELETE' })
    await ask('/agent/v1/bot-config', asApp)
    expect(verified).toEqual(['key:secret'])
  })

  test('a key does what its scopes allow, and a route without a rule is for the root key alone', async () => {
    const narrow = { authorization: 'Bearer narrow:secret' }
    expect((await ask('/api/agents', narrow)).status).toBe(200)
    const refused = await ask('/api/agents', narrow, { method: 'POST' })
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({
      code: 'GATEWAY_ACTION_FORBIDDEN',
      detail: expect.stringContaining('agents:write'),
    })
    const unlisted = await ask('/api/agents/1/no/such/route', asApp)
    expect(unlisted.body).toMatchObject({ status: 403, code: 'GATEWAY_ACTION_FORBIDDEN' })
    expect((await ask('/api/agents/1/no/such/route', gateway.asRoot)).status).toBe(200)
  })

  test('an expired key is refused', async () => {
    const expired = await ask('/api/agents', { authorization: 'Bearer expired:secret' })
    expect(expired.body).toMatchObject({ status: 401, code: 'GATEWAY_UNAUTHENTICATED' })
  })

  test('pages that tell nothing need no credentials', async () => {
    for (const path of ['/', '/assets/page.css', '/swagger', '/openapi.json', '/favicon.ico']) {
      expect((await ask(path)).body).toMatchObject({ service: 'console', caller: 'app', app: null })
    }
  })
})

describe('what leads nowhere', () => {
  test.each([
    '/no/such/path',
    '/internal/tenant/openapi',
    '/internal/credentials/verify',
    '/agent',
    '/health/secret',
    '/status',
    '/agent/v1/../../internal/tenant/x',
    '/agent/v1/%2e%2e/%2e%2e/internal/tenant/x',
  ])('%s is a 404 with a remedy, even for root', async (path) => {
    const raw = await rawAnswer(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${gateway.asRoot.authorization}\r\nConnection: close\r\n\r\n`,
    )
    expect(raw).toStartWith('HTTP/1.1 404')
    expect(raw).toContain('GATEWAY_ROUTE_UNKNOWN')
  })

  test.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET /agent/v1/x HTTP/1.1\r\nHost: a b<>\r\nConnection: close\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'TRACE /agent/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'POST /agent/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('the malformed request %j is refused, and the next one is served', async (request) => {
    expect(await rawAnswer(request)).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect((await ask('/agent/v1/bot-config', gateway.asRoot)).status).toBe(200)
  })
})

describe('bodies', () => {
  test('one of the largest size passes, one byte more is a 413 that names the setting', async () => {
    const fits = await ask('/agent/v1/bot-config', gateway.asRoot, { method: 'POST', body: 'x'.repeat(BODY_BYTES_MAX) })
    expect(fits.body).toMatchObject({ length: BODY_BYTES_MAX })
    const refused = await ask('/agent/v1/bot-config', gateway.asRoot, {
      method: 'POST',
      body: 'x'.repeat(BODY_BYTES_MAX + 1),
    })
    expect(refused.status).toBe(413)
    expect(refused.body).toMatchObject({ code: 'GATEWAY_BODY_TOO_LARGE' })
    expect(String(refused.body.remedy)).toContain('ORRERY_BODY_BYTES_MAX')
  })

  test('a body of undeclared length is counted', async () => {
    const body = () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          await Bun.sleep(0)
          controller.enqueue(new Uint8Array(30_000))
        },
      })
    const refused = await ask('/agent/v1/bot-config', gateway.asRoot, { method: 'POST', body: body() })
    expect([refused.status, refused.body.code]).toEqual([413, 'GATEWAY_BODY_TOO_LARGE'])
  })
})

describe('the internal socket', () => {
  const inside = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://gateway${path}`, { unix: gateway.internalPath, headers })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('trusts who the caller says it is', async () => {
    expect((await inside('/agent/v1/bot-config')).body).toMatchObject({ caller: 'root', app: null })
    const asMine = await inside('/agent/v1/bot-config', { 'x-orrery-caller': 'app', 'x-consumer-username': 'mine' })
    expect(asMine.body).toMatchObject({ caller: 'app', app: 'mine', forwardedFor: null })
  })

  test('leads to internal paths, and to no service that does not exist', async () => {
    expect((await inside('/internal/workflow/openapi')).body).toMatchObject({ service: 'workflow' })
    expect((await inside('/internal/nothing/openapi')).status).toBe(404)
  })
})

describe('a well-known port', () => {
  const onPort = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${gateway.gateway.servicePorts.tenant}${path}`, { headers: asApp })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test("serves its service's paths and no other", async () => {
    expect((await onPort('/v2/app/list')).body).toMatchObject({ service: 'tenant', app: 'mine' })
    for (const path of ['/agent/v1/bot-config', '/', '/health', '/no/such/path']) {
      expect(await onPort(path)).toMatchObject({ status: 404, body: { code: 'GATEWAY_PATH_ELSEWHERE' } })
    }
  })

  test('that is taken is a warning with the holder, and no failed start', async () => {
    const taken = gateway.gateway.servicePorts.tenant ?? 0
    await using second = startTestGateway({ settings: { ORRERY_SERVICE_PORTS: 'on' }, servicePorts: { tenant: taken } })
    expect(second.gateway.warnings).toEqual([
      expect.stringContaining(`port ${taken} (tenant) is held by process ${process.pid}`),
    ])
    expect((await fetch(`${second.url}/health/live`)).status).toBe(200)
  })
})

test('every request has its line in the access log, without query, key or body', async () => {
  await ask(
    '/agent/v1/logged?password=hidden',
    { ...gateway.asRoot, 'x-request-id': 'find-me' },
    { method: 'POST', body: 'private' },
  )
  const line = await waitFor(async () => (await gateway.accessLines()).find((text) => text.includes('find-me')), {
    what: 'the line in the access log',
  })
  expect(JSON.parse(line)).toMatchObject({
    requestId: 'find-me',
    method: 'POST',
    path: '/agent/v1/logged',
    status: 200,
    service: 'agent',
    worker: 'worker-1',
    role: 'root',
    client: '127.0.0.1',
  })
  for (const secret of ['hidden', 'private', 'root-key']) expect(line).not.toContain(secret)
})

test('the id that an error tells is that of its trace, by which the access log finds it', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`
  const refused = await ask('/api/agents', { traceparent, 'x-request-id': 'not-this-one' })
  expect(refused.body.traceId).toBe(traceId)
  const begun = (await ask('/api/agents')).body.traceId
  expect(begun).toMatch(/^[0-9a-f]{32}$/)
  for (const id of [traceId, begun]) {
    await waitFor(async () => (await gateway.accessLines()).some((line) => JSON.parse(line).traceId === id), {
      what: 'the line with this trace id',
    })
  }
})

/** Sends bytes as they are and returns all that comes back. */
const rawAnswer = (request: string): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(gateway.gateway.port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
