import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { createHash, createHmac } from 'node:crypto'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { type Arrived, type EchoServer, startEchoServer } from '../test/echo-server.ts'
import { asApp, asRoot, createWireClient, documentOf } from '../test/wire-client.ts'
import type { Credential } from './credential-schemas.ts'
import type { Secret } from './secret.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
let client: ReturnType<typeof createWireClient>
let echo: EchoServer
let other: EchoServer
let answer: (arrived: Arrived) => Response
beforeAll(async () => {
  link = await createTestLink()
  client = createWireClient(link.app, 'a1')
  echo = await startEchoServer((arrived) => answer(arrived))
  other = await startEchoServer()
})
beforeEach(() => {
  answer = () => Response.json({})
  echo.arrived.length = 0
  other.arrived.length = 0
})
afterAll(async () => {
  await echo?.[Symbol.asyncDispose]()
  await other?.[Symbol.asyncDispose]()
  await link?.[Symbol.asyncDispose]()
})

const ok = { 200: { description: 'ok' } }
const call = async (
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
  body?: unknown,
  headers: Record<string, string> = asApp('a1'),
) => {
  const { status, body: answered } = await callApp(link.app, route, {
    headers,
    ...(body === undefined ? {} : { body }),
  })
  return { status, body: answered as Credential & { code: string; credentials: Credential[] } }
}
let number = 0
const store = async (secret: Secret, headers: Record<string, string> = asApp('a1')) => {
  number += 1
  const { status, body } = await call('POST /api/credentials', { name: `Credential ${number}`, secret }, headers)
  expect(status).toBe(201)
  return body.credentialId
}
const bindAs = (headers: Record<string, string>, id: string, [toolId, scheme]: [string, string]) =>
  call(`PUT /api/credentials/${id}/bindings`, { toolId, scheme }, headers)
const bind = (id: string, toolId: string, scheme: string) => bindAs(asApp('a1'), id, [toolId, scheme])
/** A tool with one operation that asks for the scheme `s`. */
const toolWith = (scheme: object, operation: object = {}) =>
  client.make(
    documentOf(
      echo.url,
      { '/x': { get: { operationId: 'x', security: [{ s: [] }], responses: ok, ...operation } } },
      { components: { securitySchemes: { s: scheme } } },
    ),
  )
const run = (tool_id: string, message: Record<string, unknown> = {}) =>
  client.run({ tool_id, operation_id: 'x' }, message)

describe('the vault', () => {
  test('shows names and bindings and never a value, in no answer and not in the database', async () => {
    const secret: Secret = { kind: 'apiKey', value: 'top-secret-value' }
    const { body } = await call('POST /api/credentials', { name: 'Key', secret })
    expect(body).toMatchObject({ name: 'Key', kind: 'apiKey', appId: 'a1', bindings: [] })
    const list = await call('GET /api/credentials')
    expect(JSON.stringify([body, list.body])).not.toContain('top-secret-value')
    const rows = await link.sql`select * from tool_credentials`
    expect(JSON.stringify(rows)).not.toContain('top-secret-value')
    expect((await call('POST /api/credentials', { name: 'Key', secret })).body.code).toBe('LINK_CREDENTIAL_NAME_TAKEN')
    expect((await call('PATCH /api/credentials/none', { name: 'x' })).body.code).toBe('LINK_CREDENTIAL_NOT_FOUND')
    expect((await call(`DELETE /api/credentials/${body.credentialId}`)).status).toBe(204)
  })

  test('belongs to its app: no other sees, changes, binds or deletes what is in it', async () => {
    const id = await store({ kind: 'bearer', token: 't' })
    for (const route of [`GET /api/credentials/${id}`, `DELETE /api/credentials/${id}`] as const) {
      expect((await call(route, undefined, asApp('b2'))).status).toBe(404)
    }
    expect((await call('GET /api/credentials', undefined, asApp('b2'))).body.credentials).toEqual([])
    const tool = await toolWith({ type: 'http', scheme: 'bearer' })
    expect((await bindAs(asApp('b2'), id, [tool, 's'])).status).toBe(404)
    const strangers = await store({ kind: 'bearer', token: 't' }, asApp('b2'))
    expect((await bindAs(asApp('b2'), strangers, [tool, 's'])).body.code).toBe('LINK_TOOL_NOT_FOUND')
  })
})

describe('what a scheme asks for', () => {
  const KEY: Secret = { kind: 'apiKey', value: 'k' }
  const BASIC: Secret = { kind: 'basic', username: 'ann', password: 'p:w' }
  const BEARER: Secret = { kind: 'bearer', token: 't' }

  test.each([
    ['apiKey in a header', { type: 'apiKey', in: 'header', name: 'X-Key' }, [KEY, { 'x-key': 'k' }]],
    ['apiKey in a cookie', { type: 'apiKey', in: 'cookie', name: 'a b' }, [KEY, { cookie: 'a%20b=k' }]],
    ['basic', { type: 'http', scheme: 'Basic' }, [BASIC, { authorization: `Basic ${btoa('ann:p:w')}` }]],
    ['bearer', { type: 'http', scheme: 'bearer' }, [BEARER, { authorization: 'Bearer t' }]],
    ['another HTTP scheme', { type: 'http', scheme: 'Token' }, [KEY, { authorization: 'Token k' }]],
    ['OpenID Connect', { type: 'openIdConnect' }, [BEARER, { authorization: 'Bearer t' }]],
  ] as const)('%s arrives where it belongs', async (_, scheme, [secret, headers]) => {
    const tool = await toolWith(scheme)
    expect((await run(tool)).header.code).toBe(30100)
    const bound = await bind(await store(secret), tool, 's')
    expect(bound.body.bindings).toEqual([{ toolId: tool, scheme: 's', hosts: [echo.url] }])
    expect((await run(tool)).header.code).toBe(0)
    expect(echo.take().headers).toMatchObject(headers)
  })

  test('a key in the query stands in place of what a caller gives', async () => {
    const tool = await toolWith({ type: 'apiKey', in: 'query', name: 'k y' })
    await bind(await store({ kind: 'apiKey', value: 'a&b' }), tool, 's')
    await run(tool, { query: { 'k y': 'mine', q: 1 } })
    expect(echo.take().target).toBe('/x?q=1&k%20y=a%26b')
  })

  test('of alternatives the first that can be met is taken, and an empty one needs nothing', async () => {
    const document = documentOf(
      echo.url,
      { '/x': { get: { operationId: 'x', responses: ok } } },
      {
        security: [{ one: [], two: [] }, { three: [] }],
        components: {
          securitySchemes: {
            one: { type: 'apiKey', in: 'header', name: 'X-One' },
            two: { type: 'apiKey', in: 'header', name: 'X-Two' },
            three: { type: 'http', scheme: 'bearer' },
          },
        },
      },
    )
    const tool = await client.make(document)
    await bind(await store({ kind: 'apiKey', value: '1' }), tool, 'one')
    expect((await run(tool)).header.message).toContain('two')
    await bind(await store({ kind: 'bearer', token: '3' }), tool, 'three')
    await run(tool)
    expect(echo.take().headers).toMatchObject({ authorization: 'Bearer 3' })
    await bind(await store({ kind: 'apiKey', value: '2' }), tool, 'two')
    await run(tool)
    expect(echo.take().headers).toMatchObject({ 'x-one': '1', 'x-two': '2' })
    const open = await client.make({ ...document, security: [{ one: [] }, {}] })
    await run(open)
    expect(echo.take().headers['x-one']).toBeUndefined()
  })

  test('a kind that does not go with the scheme, and a scheme that is not there, are refused', async () => {
    const tool = await toolWith({ type: 'http', scheme: 'basic' })
    const id = await store({ kind: 'bearer', token: 't' })
    expect((await bind(id, tool, 'no')).body.code).toBe('LINK_SECURITY_SCHEME_UNKNOWN')
    expect((await bind(id, tool, 'HMAC')).body.code).toBe('LINK_CREDENTIAL_KIND')
    await bind(id, tool, 's')
    expect((await run(tool)).header.code).toBe(30100)
    expect(echo.arrived).toEqual([])
  })
})

describe('where a credential goes', () => {
  test('is where it was bound for: a later version cannot lead it elsewhere', async () => {
    const tool = await toolWith({ type: 'http', scheme: 'bearer' })
    const id = await store({ kind: 'bearer', token: 'secret' })
    await bind(id, tool, 's')
    const moved = documentOf(
      other.url,
      { '/x': { get: { operationId: 'x', security: [{ s: [] }], responses: ok } } },
      { components: { securitySchemes: { s: { type: 'http', scheme: 'bearer' } } } },
    )
    const openapi_schema = Buffer.from(JSON.stringify(moved)).toString('base64')
    await client.update({ id: tool, version: 'V2.0', name: 'n', description: 'd', schema_type: 0, openapi_schema })
    const again = await client.run({ tool_id: tool, operation_id: 'x', version: 'V2.0' })
    expect(again.header).toMatchObject({ code: 30100, message: expect.stringContaining('are not for') })
    expect(other.arrived).toEqual([])
    await bind(id, tool, 's')
    expect((await client.run({ tool_id: tool, operation_id: 'x', version: 'V2.0' })).header.code).toBe(0)
  })

  test('is not another origin that the tool redirects to', async () => {
    const tool = await toolWith({ type: 'apiKey', in: 'header', name: 'X-Very-Own' })
    await bind(await store({ kind: 'apiKey', value: 'secret' }), tool, 's')
    answer = ({ target }) =>
      target === '/x'
        ? new Response(null, { status: 307, headers: { location: '/y' } })
        : new Response(null, { status: 307, headers: { location: `${other.url}/z` } })
    expect((await run(tool, { header: { 'X-Plain': '1' } })).header.code).toBe(0)
    expect(echo.arrived.map(({ headers }) => headers['x-very-own'])).toEqual(['secret', 'secret'])
    const arrived = other.take()
    expect(arrived.headers).toMatchObject({ 'x-plain': '1' })
    expect(arrived.headers['x-very-own']).toBeUndefined()
  })

  test('root’s credential for a tool of the installation serves every app, and an app’s own stands over it', async () => {
    const root = createWireClient(link.app, 'a1', asRoot)
    const document = documentOf(
      echo.url,
      { '/x': { get: { operationId: 'x', security: [{ s: [] }], responses: ok } } },
      { components: { securitySchemes: { s: { type: 'http', scheme: 'bearer' } } } },
    )
    const { body } = await callApp(link.app, 'POST /api/tools/import', { headers: asRoot, body: { document } })
    const { toolId } = body as { toolId: string }
    const shared = await store({ kind: 'bearer', token: 'everybody' }, asRoot)
    await bindAs(asRoot, shared, [toolId, 's'])
    await run(toolId)
    expect(echo.take().headers.authorization).toBe('Bearer everybody')
    await bind(await store({ kind: 'bearer', token: 'own' }), toolId, 's')
    await run(toolId)
    expect(echo.take().headers.authorization).toBe('Bearer own')
    await root.run({ tool_id: toolId, operation_id: 'x' })
    expect(
      (await call('GET /api/credentials')).body.credentials.some(({ credentialId }) => credentialId === shared),
    ).toBe(false)
  })
})

describe('OAuth client credentials', () => {
  const scheme = () => ({
    type: 'oauth2',
    flows: { clientCredentials: { tokenUrl: `${echo.url}/token`, scopes: { read: '' } } },
  })
  const oauth: Secret = { kind: 'oauth2', clientId: 'id:1', clientSecret: 's ecret' }

  test('a token is asked for once, used until it ends, and anew when it is refused', async () => {
    let given = 0
    let refuses = false
    answer = ({ target, headers }) => {
      if (target === '/token') {
        given += 1
        return Response.json({ access_token: `t${given}`, token_type: 'bearer', expires_in: 3_600 })
      }
      return refuses && headers.authorization === 'Bearer t1'
        ? new Response('ended', { status: 401 })
        : Response.json({})
    }
    const tool = await toolWith(scheme(), { security: [{ s: ['read'] }] })
    await bind(await store(oauth), tool, 's')
    await Promise.all([run(tool), run(tool)])
    await run(tool)
    expect(given).toBe(1)
    const asked = echo.arrived.find(({ target }) => target === '/token')
    expect(asked?.body.toString()).toBe('grant_type=client_credentials&scope=read')
    expect(asked?.headers.authorization).toBe(`Basic ${btoa('id%3A1:s%20ecret')}`)
    refuses = true
    expect((await run(tool)).header.code).toBe(0)
    expect([given, echo.take().headers.authorization]).toEqual([2, 'Bearer t2'])
  })

  test('a token that has ended is asked for anew, and changed values never use the token of the old ones', async () => {
    let given = 0
    answer = ({ target }) => {
      if (target === '/token') given += 1
      return Response.json({ access_token: `t${given}`, expires_in: 1 })
    }
    const tool = await toolWith(scheme())
    const id = await store({ ...oauth, clientAuthentication: 'body', scopes: ['a', 'b'] })
    await bind(id, tool, 's')
    await run(tool)
    await run(tool)
    expect(given).toBe(2)
    expect(echo.arrived.find(({ target }) => target === '/token')?.body.toString()).toBe(
      'grant_type=client_credentials&scope=a+b&client_id=id%3A1&client_secret=s+ecret',
    )
    await call(`PATCH /api/credentials/${id}`, { secret: { ...oauth, clientId: 'new' } })
    await run(tool)
    expect(given).toBe(3)
  })

  test('a server that gives none is a failed call, and nothing is sent to the tool', async () => {
    answer = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    const tool = await toolWith(scheme())
    await bind(await store(oauth), tool, 's')
    expect((await run(tool)).header).toMatchObject({ code: 30403, message: expect.stringContaining('invalid_client') })
    expect(echo.arrived.every(({ target }) => target === '/token')).toBe(true)
  })
})

describe('the vendor’s signatures', () => {
  const signature: Secret = { kind: 'signature', appId: 'app', apiKey: 'key', apiSecret: 'secret' }
  const parameters = (standard: string) => [
    { name: 'Authorization', in: 'header', schema: { type: 'string', default: standard } },
  ]

  test('MD5: the token is that of app id, key and time', async () => {
    const tool = await toolWith({ type: 'http', scheme: 'bearer' }, { security: [], parameters: parameters('MD5') })
    expect((await run(tool)).header.code).toBe(30100)
    await bind(await store(signature), tool, 'MD5')
    await run(tool, { header: { Authorization: 'MD5' }, query: { q: 1 } })
    const query = new URL(echo.take().target, echo.url).searchParams
    const timestamp = query.get('timestamp') ?? ''
    expect(timestamp).toMatch(/^\d{13}$/)
    expect([query.get('q'), query.get('appId'), query.get('token')]).toEqual([
      '1',
      'app',
      createHash('md5').update(`appkey${timestamp}`).digest('hex'),
    ])
  })

  test.each([
    { is_digest: false, is_url_join: false },
    { is_digest: true, is_url_join: false },
    { is_digest: true, is_url_join: true, authorization_input_part: 'hmac username' },
  ])('HMAC %p: what arrives is what was signed, and query and headers of the caller stay', async (options) => {
    const tool = await client.make(
      documentOf(echo.url, { '/x': { post: { operationId: 'x', parameters: parameters(''), responses: ok } } }),
    )
    await bind(await store(signature), tool, 'HMAC')
    const header = { Authorization: `HMAC: ${JSON.stringify(options)}`, 'X-Own': 'v' }
    expect((await run(tool, { header, query: { q: 1 }, body: { ü: 1 } })).header.code).toBe(0)
    const { target, headers, body } = echo.take()
    const { searchParams } = new URL(target, echo.url)
    expect([searchParams.get('q'), headers['x-own'], headers.app_id]).toEqual(['1', 'v', 'app'])
    const date = options.is_url_join ? (searchParams.get('date') ?? '') : headers.date
    const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
    const signed = [
      `host: 127.0.0.1:${echo.port}`,
      `date: ${date}`,
      'POST /x HTTP/1.1',
      ...(options.is_digest ? [`digest: ${digest}`] : []),
    ]
    const told = options.is_url_join ? atob(searchParams.get('authorization') ?? '') : headers.authorization
    expect(told).toBe(
      `${options.authorization_input_part ?? 'api_key'}="key", algorithm="hmac-sha256", headers="host date request-line${options.is_digest ? ' digest' : ''}", signature="${createHmac('sha256', 'secret').update(signed.join('\n')).digest('base64')}"`,
    )
    if (options.is_digest) expect(headers.digest).toBe(digest)
  })
})
