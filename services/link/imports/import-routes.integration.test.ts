import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { type EchoServer, startEchoServer } from '../test/echo-server.ts'
import { asApp, asRoot, documentOf } from '../test/wire-client.ts'
import type { ImportReport } from './import-document.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
let echo: EchoServer
let served = ''
beforeAll(async () => {
  link = await createTestLink()
  echo = await startEchoServer(({ target }) => {
    if (target === '/moved') return new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/x' } })
    return target.endsWith('.json') || target.endsWith('.yaml')
      ? new Response(served)
      : new Response('no', { status: 404 })
  })
})
afterAll(async () => {
  await echo?.[Symbol.asyncDispose]()
  await link?.[Symbol.asyncDispose]()
})

const post = async (body: unknown, headers: Record<string, string> = asApp('a1')) => {
  const answer = await callApp(link.app, 'POST /api/tools/import', { headers, body })
  return {
    status: answer.status,
    body: answer.body as ImportReport & { code: string; detail: string; details: unknown },
  }
}
const get = async (path: `/${string}`, headers: Record<string, string> = asApp('a1')) =>
  callApp(link.app, `GET ${path}`, { headers })
const ok = { 200: { description: 'ok' } }

test('a document is imported operation by operation, and the report tells what became of each', async () => {
  const document = documentOf(
    echo.url,
    {
      '/pets': {
        get: { responses: ok },
        post: { operationId: 'add', deprecated: true, responses: ok, security: [{ key: [] }] },
      },
      '/pets/{id}': {
        get: { operationId: 'add', responses: ok },
        put: { operationId: 'far', parameters: [{ $ref: 'common.yaml#/Id' }], responses: ok },
        patch: {
          operationId: 'farBody',
          requestBody: { content: { 'application/json': { schema: { items: { $ref: 'https://x.example/s.json' } } } } },
          responses: ok,
        },
      },
      '/shared': { $ref: '#/components/pathItems/Shared' },
      '/old': {
        trace: { operationId: 'style', parameters: [{ name: 'q', in: 'query', style: 'label' }], responses: ok },
      },
    },
    {
      webhooks: { pet: {} },
      components: {
        pathItems: {
          Shared: { delete: { operationId: 'drop', responses: { default: { $ref: '#/components/responses/R' } } } },
        },
        responses: {
          R: { description: 'r', content: { 'application/json': { schema: { $ref: '#/components/schemas/No' } } } },
        },
        securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
      },
    },
  )
  const { status, body } = await post({ document, name: 'Pets' })
  expect(status).toBe(201)
  const byPath = Object.fromEntries(body.operations.map((one) => [`${one.method} ${one.path}`, one]))
  expect(byPath['GET /pets']).toMatchObject({
    operationId: 'get_pets',
    imported: true,
    warnings: [expect.stringContaining('it had none')],
  })
  expect(byPath['POST /pets']).toMatchObject({
    operationId: 'add',
    imported: true,
    warnings: ['It is deprecated.', 'It needs credentials for key.'],
  })
  expect(byPath['GET /pets/{id}']).toMatchObject({
    operationId: 'add_2',
    imported: true,
    warnings: [expect.stringContaining('twice'), 'The path parameter id is not described.'],
  })
  expect(byPath['PUT /pets/{id}']).toMatchObject({
    imported: false,
    reason: expect.stringContaining('common.yaml#/Id'),
  })
  expect(byPath['PATCH /pets/{id}']).toMatchObject({
    imported: false,
    reason: expect.stringContaining('leads out of the document'),
  })
  expect(byPath['TRACE /old']).toMatchObject({ imported: false, reason: expect.stringContaining('style') })
  expect(byPath['DELETE /shared']).toMatchObject({
    operationId: 'drop',
    imported: true,
    warnings: [expect.stringContaining('nothing is there')],
  })
  expect(body.warnings).toEqual([expect.stringContaining('1 webhooks')])

  const operations = await get(`/api/tools/${body.toolId}/operations`)
  const listed = operations.body as { operations: { operationId: string; inputSchema: unknown }[]; version: string }
  expect(listed.operations.map(({ operationId }) => operationId)).toEqual(['get_pets', 'add', 'add_2', 'drop'])
  expect((await get(`/api/tools/${body.toolId}`)).body).toMatchObject({ name: 'Pets', appId: 'a1', enabled: true })
})

test('a document is fetched through the guard, and relative servers are where it was found', async () => {
  served =
    'openapi: 3.0.0\ninfo: {title: T, version: "1"}\nservers: [{url: ../v1}]\npaths:\n  /a:\n    get: {operationId: a, responses: {}}\n'
  const { body } = await post({ url: `${echo.url}/docs/x/api.yaml` })
  expect(body.operations).toMatchObject([{ operationId: 'a', imported: true }])
  const document = (await get(`/api/tools/${body.toolId}/document`)).body
  expect(document).toMatchObject({ servers: [{ url: `${echo.url}/docs/v1` }] })
  expect((await post({ url: `${echo.url}/none` })).body).toMatchObject({ code: 'LINK_DOCUMENT_UNAVAILABLE' })
  expect((await post({ url: `${echo.url}/moved` })).body).toMatchObject({ code: 'OUTBOUND_REFUSED' })
  expect((await post({ url: 'http://169.254.169.254/' })).body).toMatchObject({ code: 'OUTBOUND_REFUSED' })
})

test('a server may be told, and one that is not told is the reason', async () => {
  const document = documentOf('/v1', { '/a': { get: { operationId: 'a', responses: ok } } })
  const refused = await post({ document })
  expect(refused).toMatchObject({ status: 422, body: { code: 'LINK_NOTHING_IMPORTED' } })
  const { body } = await post({ document, serverUrl: 'https://api.example/base' })
  expect((await get(`/api/tools/${body.toolId}/document`)).body).toMatchObject({
    servers: [{ url: 'https://api.example/base' }],
  })
})

describe('an import anew', () => {
  test('is the next version, with what it does to the operations', async () => {
    const paths = {
      '/a': { get: { operationId: 'a', description: 'one', responses: ok } },
      '/b': { get: { operationId: 'b', responses: ok } },
      '/c': { get: { operationId: 'c', responses: ok } },
    }
    const first = (await post({ document: documentOf('https://api.example', paths) })).body
    const changed = {
      '/a': { get: { operationId: 'a', description: 'two', responses: ok } },
      '/b': { get: { operationId: 'b', parameters: [{ name: 'q', in: 'query', schema: {} }], responses: ok } },
      '/d': { get: { operationId: 'd', responses: ok } },
    }
    const again = { document: documentOf('https://api.example', changed), toolId: first.toolId }
    const second = (await post(again)).body
    expect(second).toMatchObject({
      toolId: first.toolId,
      version: 'V2.0',
      diff: { added: ['d'], removed: ['c'], changed: ['b'] },
    })
    expect((await post({ ...again, version: 'V2.0' })).body.code).toBe('LINK_VERSION_TAKEN')
    const { body } = await get(`/api/tools/${first.toolId}/versions?limit=1`)
    expect(body).toMatchObject({ versions: [{ version: 'V2.0' }] })
    const older = await get(
      `/api/tools/${first.toolId}/versions?beforeId=${(body as { nextBeforeId: string }).nextBeforeId}`,
    )
    expect(older.body).toMatchObject({ versions: [{ version: 'V1.0' }], nextBeforeId: null })
    expect((await get(`/api/tools/${first.toolId}/operations?version=V1.0`)).body).toMatchObject({ version: 'V1.0' })
  })

  test('of another app’s tool, or of the installation’s by an app, is refused', async () => {
    const document = documentOf('https://api.example', { '/a': { get: { operationId: 'a', responses: ok } } })
    const own = (await post({ document })).body
    expect((await post({ document, toolId: own.toolId }, asApp('b2'))).body.code).toBe('LINK_TOOL_NOT_FOUND')
    const shared = (await post({ document }, asRoot)).body
    expect((await get(`/api/tools/${shared.toolId}`)).body).toMatchObject({ appId: null })
    expect((await post({ document, toolId: shared.toolId })).body.code).toBe('LINK_TOOL_OWNER_REQUIRED')
    expect((await post({ document, toolId: shared.toolId }, asRoot)).body.version).toBe('V2.0')
  })
})

test.each([
  ['no JSON and no YAML', { document: 'a: [' }, 'LINK_DOCUMENT_UNREADABLE'],
  ['no object', { document: '[]' }, 'LINK_DOCUMENT_UNREADABLE'],
  ['Swagger 1.2', { document: { swagger: '1.2', info: {}, paths: {} } }, 'LINK_DOCUMENT_INVALID'],
  ['no info', { document: { openapi: '3.0.0', paths: {} } }, 'LINK_DOCUMENT_INVALID'],
  ['a path that is none', { document: documentOf('https://x', { pets: {} }) }, 'LINK_DOCUMENT_INVALID'],
  ['no operation', { document: documentOf('https://x', {}) }, 'LINK_NOTHING_IMPORTED'],
  ['neither text nor address', {}, 'REQUEST_INVALID'],
])('%s is refused', async (_, body, code) => {
  const answer = await post(body)
  expect([answer.status, answer.body.code]).toEqual([422, code])
})

test('a document that is too deep or has too many operations is refused, a circular one is not', async () => {
  const deep = `{"openapi":"3.0.0","x":${'['.repeat(200)}${']'.repeat(200)}}`
  expect((await post({ document: deep })).body.detail).toContain('nested')
  const paths = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`/${n}`, { get: { responses: ok } }]))
  expect((await post({ document: documentOf('https://x', paths) })).body.detail).toContain('1001 operations')
  const schema = { $ref: '#/components/schemas/Node' }
  const Node = { type: 'object', properties: { next: schema, all: { type: 'array', items: schema } } }
  const body = { content: { 'application/json': { schema } } }
  const circular = documentOf(
    'https://x',
    { '/n': { post: { operationId: 'n', requestBody: body, responses: { 200: { description: 'n', ...body } } } } },
    { components: { schemas: { Node } } },
  )
  expect((await post({ document: circular })).status).toBe(201)
})
