import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { type EchoServer, startEchoServer } from '../test/echo-server.ts'
import { asApp, asRoot, createWireClient, documentOf } from '../test/wire-client.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
let first: EchoServer
let second: EchoServer
beforeAll(async () => {
  link = await createTestLink()
  first = await startEchoServer()
  second = await startEchoServer()
})
beforeEach(() => {
  first.arrived.length = 0
  second.arrived.length = 0
})
afterAll(async () => {
  await first?.[Symbol.asyncDispose]()
  await second?.[Symbol.asyncDispose]()
  await link?.[Symbol.asyncDispose]()
})

const call = async (
  route: `${'GET' | 'POST' | 'PUT'} /${string}`,
  body?: unknown,
  headers: Record<string, string> = asApp('a1'),
) => {
  const answer = await callApp(link.app, route, { headers, ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: answer.body as Record<string, unknown> & { code?: string } }
}
const responses = { 200: { description: 'ok' } }
const SECOND = 'http://127.0.0.1:{port}/{base}'
/** One operation at `first`, with `second` to choose, and one that has a server of its own. */
const documentNow = (more: object = {}) => ({
  ...documentOf(
    first.url,
    {
      '/x': { get: { operationId: 'x', security: [{ key: [] }], responses } },
      '/own': { get: { operationId: 'own', servers: [{ url: first.url }, { url: second.url }], responses } },
    },
    { components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } } },
  ),
  servers: [
    { url: first.url },
    {
      url: SECOND,
      description: 'Second',
      variables: { port: { default: '1', enum: ['1', String(second.port)] }, base: { default: 'v1' } },
    },
  ],
  ...more,
})
const importTool = async (more: object = {}, headers: Record<string, string> = asApp('a1')) => {
  const { status, body } = await call('POST /api/tools/import', { document: documentNow(), ...more }, headers)
  expect(status).toBe(201)
  return body as { toolId: string; warnings: string[] }
}
let number = 0
const bindKey = async (toolId: string, headers: Record<string, string> = asApp('a1')) => {
  number += 1
  const secret = { kind: 'apiKey', value: 'top-secret' }
  const { body } = await call('POST /api/credentials', { name: `Key ${number}`, secret }, headers)
  const id = String(body.credentialId)
  expect((await call(`PUT /api/credentials/${id}/bindings`, { toolId, scheme: 'key' }, headers)).status).toBe(200)
  return id
}
const chosen = () => ({ place: 'document', url: SECOND, variables: { port: String(second.port) } })
const choose = (toolId: string, body: object, headers: Record<string, string> = asApp('a1')) =>
  call(`PUT /api/tools/${toolId}/servers`, body, headers)
const run = (toolId: string, operationId = 'x', body: object = {}) =>
  call(`POST /api/tools/${toolId}/operations/${operationId}/run`, body)

test('servers are listed by where they are written, and the one that was chosen is called', async () => {
  const { toolId } = await importTool()
  await bindKey(toolId)
  const listed = await call(`GET /api/tools/${toolId}/servers?limit=1`)
  expect(listed.body).toMatchObject({
    version: 'V1.0',
    servers: [
      {
        place: 'document',
        servers: [
          { url: first.url, variables: [] },
          {
            url: SECOND,
            description: 'Second',
            variables: [
              { name: 'port', default: '1', enum: ['1', String(second.port)] },
              { name: 'base', default: 'v1', enum: null },
            ],
          },
        ],
        chosen: null,
        address: first.url,
        operationCount: 1,
      },
    ],
    nextAfter: 'document',
  })
  expect((await call(`GET /api/tools/${toolId}/servers?after=document`)).body).toMatchObject({
    servers: [{ place: 'operation own' }],
    nextAfter: null,
  })

  const own = { place: 'operation own', url: second.url }
  const answer = await choose(toolId, { choices: [chosen(), own], credentials: 'rebind' })
  expect(answer.body).toMatchObject({ choices: [chosen(), { ...own, variables: {} }], awaiting: 0 })
  expect((await run(toolId)).status).toBe(200)
  expect(second.take()).toMatchObject({ target: '/v1/x', headers: { 'x-key': 'top-secret' } })
  const wired = await createWireClient(link.app, 'a1').run({ tool_id: toolId, operation_id: 'x' })
  expect([wired.header.code, second.take().target]).toEqual([0, '/v1/x'])
  expect((await run(toolId, 'own')).status).toBe(200)
  expect(second.take().target).toBe('/own')
  expect(first.arrived).toEqual([])
  const { body } = await call(`GET /api/tools/${toolId}/operations`)
  expect(body).toMatchObject({ operations: [{ server: `${second.url}/v1` }, { server: second.url }] })

  await choose(toolId, { choices: [], credentials: 'drop' })
  expect((await run(toolId, 'own')).status).toBe(200)
  expect(first.take().target).toBe('/own')
})

test.each([
  ['a list that is not there', { place: 'path /x', url: 'https://x.example' }, 'LINK_SERVER_UNKNOWN'],
  ['a server that is not there', { place: 'document', url: 'https://x.example' }, 'LINK_SERVER_UNKNOWN'],
  ['a value that is none of the enum', { variables: { port: '22' } }, 'LINK_SERVER_UNSUITABLE'],
  ['a variable that is not there', { variables: { constructor: 'x' } }, 'LINK_SERVER_UNSUITABLE'],
])('%s cannot be chosen', async (_, choice, code) => {
  const { toolId } = await importTool()
  expect((await choose(toolId, { choices: [{ ...chosen(), ...choice }] })).body.code).toBe(code)
  expect((await choose(toolId, { choices: [chosen(), chosen()] })).body.code).toBe('LINK_SERVER_UNSUITABLE')
})

test('an address that is none, or carries credentials, cannot be chosen', async () => {
  const servers = [
    { url: first.url },
    { url: 'https://{who}api.example', variables: { who: { default: '' } } },
    { url: '{start}/v1', variables: { start: { default: '' } } },
    { url: 'https://{open}.example' },
  ]
  const { toolId } = await importTool({ document: documentNow({ servers }) })
  const attempt = async (url: string, variables: object) =>
    (await choose(toolId, { choices: [{ place: 'document', url, variables }] })).body
  expect(await attempt('https://{who}api.example', { who: 'ann:secret@' })).toMatchObject({
    detail: expect.stringContaining('carries credentials'),
  })
  expect(await attempt('{start}/v1', { start: 'ftp://x.example' })).toMatchObject({
    detail: expect.stringContaining('no absolute'),
  })
  expect(await attempt('https://{open}.example', {})).toMatchObject({ detail: expect.stringContaining('no default') })
})

test('a credential does not follow a choice to another origin unless that is said', async () => {
  const { toolId } = await importTool()
  const id = await bindKey(toolId)
  const refused = await choose(toolId, { choices: [chosen()] })
  const detail = expect.stringContaining(`key is for ${first.url}, not for ${second.url}`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'LINK_SERVER_CREDENTIALS', detail } })
  expect((await run(toolId)).status).toBe(200)
  expect(first.take().headers['x-key']).toBe('top-secret')

  const dropped = await choose(toolId, { choices: [chosen()], credentials: 'drop' })
  expect(dropped.body).toMatchObject({ dropped: [{ credentialId: id, scheme: 'key' }], rebound: [] })
  expect((await run(toolId)).body.code).toBe('LINK_CREDENTIAL_MISSING')
  expect(second.arrived).toEqual([])

  // What is bound now is for the chosen server, and not for the one before.
  await bindKey(toolId)
  expect((await run(toolId)).status).toBe(200)
  expect(second.take().headers['x-key']).toBe('top-secret')
  expect((await choose(toolId, { choices: [] })).body.code).toBe('LINK_SERVER_CREDENTIALS')
})

test('an app’s own credential for a tool of the installation does not go where root leads the tool', async () => {
  const { toolId } = await importTool({}, asRoot)
  await bindKey(toolId)
  expect((await choose(toolId, { choices: [chosen()] })).body.code).toBe('LINK_TOOL_OWNER_REQUIRED')
  const answer = await choose(toolId, { choices: [chosen()], credentials: 'rebind' }, asRoot)
  expect(answer.body).toMatchObject({ rebound: [], dropped: [], awaiting: 1 })
  expect((await run(toolId)).body.code).toBe('LINK_CREDENTIAL_HOST')
  expect(second.arrived).toEqual([])
  await bindKey(toolId)
  expect((await run(toolId)).status).toBe(200)
})

test('another app neither sees nor chooses the servers of a tool', async () => {
  const { toolId } = await importTool()
  expect((await call(`GET /api/tools/${toolId}/servers`, undefined, asApp('b2'))).status).toBe(404)
  expect((await choose(toolId, { choices: [] }, asApp('b2'))).status).toBe(404)
})

test('a new version keeps the choice while it has the server, and the report tells when it has not', async () => {
  const { toolId } = await importTool()
  await bindKey(toolId)
  await choose(toolId, { choices: [chosen()], credentials: 'rebind' })
  expect((await importTool({ toolId })).warnings).toEqual([])
  expect((await run(toolId)).status).toBe(200)
  expect(second.take().target).toBe('/v1/x')

  const without = await importTool({ toolId, document: documentNow({ servers: [{ url: first.url }] }) })
  expect(without.warnings).toEqual([expect.stringMatching(/was chosen \(document\).*called instead/)])
  // The credential stays with the server that was chosen.
  expect((await run(toolId)).body.code).toBe('LINK_CREDENTIAL_HOST')
  expect(first.arrived).toEqual([])
  expect((await run(toolId, 'x', { version: 'V2.0' })).status).toBe(200)
  expect(second.take().target).toBe('/v1/x')

  expect((await importTool({ toolId })).warnings).toEqual([])
  expect((await run(toolId)).status).toBe(200)
})

test('relative servers of a fetched document are chosen where it was found', async () => {
  const document = documentNow({ servers: [{ url: '/one' }, { url: '../two' }] })
  await using site = await startEchoServer(({ target }) =>
    target.endsWith('.json') ? Response.json(document) : Response.json({ target }),
  )
  const { body } = await call('POST /api/tools/import', { url: `${site.url}/docs/a/api.json` })
  const toolId = String(body.toolId)
  await bindKey(toolId)
  // The same origin: the credential goes along without a word.
  const choice = { place: 'document', url: `${site.url}/docs/two` }
  expect((await choose(toolId, { choices: [choice] })).status).toBe(200)
  expect((await run(toolId)).body).toMatchObject({ answer: { target: '/docs/two/x' } })
})
