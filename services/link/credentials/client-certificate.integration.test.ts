import { afterAll, beforeAll, expect, test } from 'bun:test'
import { TEST_CERTIFICATE } from '#shared/outbound/fixtures/test-certificate.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { startCertificateServer } from '../test/certificate-server.ts'
import {
  CLIENT_AUTHORITY,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  EXPIRED_CERTIFICATE,
  LOCKED_KEY,
  OTHER_KEY,
} from '../test/client-certificates.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { asApp, createWireClient, documentOf } from '../test/wire-client.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
beforeAll(async () => {
  link = await createTestLink({ resolveHost: async () => ['127.0.0.1'] })
})
afterAll(() => link?.[Symbol.asyncDispose]())

const GOOD = { kind: 'client-certificate', certificate: CLIENT_CERTIFICATE, key: CLIENT_KEY, ca: TEST_CERTIFICATE }

const call = async (route: `${'GET' | 'POST' | 'PUT' | 'PATCH'} /${string}`, body?: unknown) => {
  const answer = await callApp(link.app, route, { headers: asApp('a1'), ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: answer.body as Record<string, unknown> & { code?: string; detail?: string } }
}
let number = 0
const store = async (secret: object = GOOD) => {
  number += 1
  return call('POST /api/credentials', { name: `Certificate ${number}`, secret })
}
const bind = (credentialId: unknown, toolId: string) =>
  call(`PUT /api/credentials/${credentialId}/bindings`, { toolId, scheme: 'm' })
/** A tool whose operation `x` asks for a client certificate and `open` for nothing. */
const makeTool = (server: string, scheme: object = { type: 'mutualTLS' }) => {
  const responses = { 200: { description: 'ok' } }
  return createWireClient(link.app, 'a1').make(
    documentOf(
      server,
      {
        '/x': { get: { operationId: 'x', security: [{ m: [] }], responses } },
        '/away': { get: { operationId: 'away', security: [{ m: [] }], responses } },
        '/open': { get: { operationId: 'open', responses } },
      },
      { components: { securitySchemes: { m: scheme } } },
    ),
  )
}
const run = (toolId: string, operationId = 'x') => call(`POST /api/tools/${toolId}/operations/${operationId}/run`, {})

test('a server that demands a certificate of its clients is called with the one that is bound', async () => {
  await using server = await startCertificateServer({ demands: true })
  const toolId = await makeTool(server.url)
  expect((await run(toolId)).body.code).toBe('LINK_CREDENTIAL_MISSING')
  const { body } = await store()
  expect(body).toMatchObject({ kind: 'client-certificate', expiresAt: '2126-11-02T11:28:03.000Z' })
  const bound = await bind(body.credentialId, toolId)
  expect(bound.body).toMatchObject({ bindings: [{ scheme: 'm', hosts: [server.url] }] })
  expect((await run(toolId)).status).toBe(200)
  expect(server.arrived).toEqual([{ target: '/x', client: 'client' }])
  expect((await createWireClient(link.app, 'a1').run({ tool_id: toolId, operation_id: 'x' })).header.code).toBe(0)
})

test('a call that asks for no certificate shows none, although another one of the same server was just shown', async () => {
  await using server = await startCertificateServer({ demands: false })
  const toolId = await makeTool(server.url)
  await bind((await store()).body.credentialId, toolId)
  expect((await run(toolId)).status).toBe(200)
  // Without a certificate there is nobody either who says that this server's own may be believed.
  expect((await run(toolId, 'open')).body.code).toBe('LINK_TOOL_UNREACHABLE')
  expect((await run(toolId)).status).toBe(200)
  expect(server.arrived).toEqual([
    { target: '/x', client: 'client' },
    { target: '/x', client: 'client' },
  ])
})

test('the server of another origin that a tool redirects to is shown no certificate', async () => {
  await using other = await startCertificateServer({ demands: false })
  await using server = await startCertificateServer({ demands: true, redirectTo: () => `${other.url}/z` })
  const toolId = await makeTool(server.url)
  await bind((await store()).body.credentialId, toolId)
  expect((await run(toolId, 'away')).body.code).toBe('LINK_TOOL_UNREACHABLE')
  expect([server.arrived, other.arrived]).toEqual([[{ target: '/away', client: 'client' }], []])
})

test('a redirect within the origin keeps the certificate', async () => {
  await using server = await startCertificateServer({ demands: true, redirectTo: () => '/there' })
  const toolId = await makeTool(server.url)
  await bind((await store()).body.credentialId, toolId)
  expect((await run(toolId, 'away')).status).toBe(200)
  expect(server.arrived).toEqual([
    { target: '/away', client: 'client' },
    { target: '/there', client: 'client' },
  ])
})

test('a server that is not who the tool names gets no request, though it is asked with a certificate', async () => {
  await using server = await startCertificateServer({ demands: true })
  const toolId = await makeTool(`https://other.test:${server.port}`)
  await bind((await store()).body.credentialId, toolId)
  expect((await run(toolId)).body.code).toBe('LINK_TOOL_UNREACHABLE')
  expect(server.arrived).toEqual([])
})

test('what cannot work is refused when it is stored, and never shown', async () => {
  const attempt = async (secret: object) => (await store({ ...GOOD, ...secret })).body
  const invalid = 'LINK_CLIENT_CERTIFICATE_INVALID'
  const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
  expect(await attempt({ certificate: 'junk' })).toMatchObject({ code: invalid })
  expect(await attempt({ certificate: `${CLIENT_CERTIFICATE}${junk}` })).toMatchObject({
    code: invalid,
    detail: expect.stringContaining('certificate 2'),
  })
  expect(await attempt({ key: OTHER_KEY })).toMatchObject({ detail: expect.stringContaining('not the key') })
  expect(await attempt({ key: 'junk' })).toMatchObject({ detail: expect.stringContaining('no PEM private key') })
  expect(await attempt({ key: LOCKED_KEY })).toMatchObject({ detail: expect.stringContaining('passphrase') })
  expect(await attempt({ ca: junk })).toMatchObject({ detail: expect.stringContaining('its ca') })
  expect(await attempt({ certificate: EXPIRED_CERTIFICATE })).toMatchObject({
    code: 'LINK_CLIENT_CERTIFICATE_EXPIRED',
    detail: expect.stringContaining('2021-01-01'),
  })
  const { body } = await store({ ...GOOD, certificate: `${CLIENT_CERTIFICATE}${CLIENT_AUTHORITY}` })
  const rows = await link.sql`select * from tool_credentials`
  const listed = (await call('GET /api/credentials')).body
  expect(JSON.stringify([body, rows, listed])).not.toContain('BEGIN')
  const changed = await call(`PATCH /api/credentials/${body.credentialId}`, { secret: { ...GOOD, key: OTHER_KEY } })
  expect(changed.body.code).toBe(invalid)
  const other = { kind: 'apiKey', value: 'k' }
  expect((await call(`PATCH /api/credentials/${body.credentialId}`, { secret: other })).body.expiresAt).toBeNull()
})

test('a certificate that has ended since it was stored is not shown, and the call says so', async () => {
  await using server = await startCertificateServer({ demands: true })
  const toolId = await makeTool(server.url)
  const { body } = await store()
  await bind(body.credentialId, toolId)
  await link.sql`update tool_credentials set expires_at = now() where credential_id = ${String(body.credentialId)}`
  expect((await run(toolId)).body.code).toBe('LINK_CLIENT_CERTIFICATE_EXPIRED')
  expect(server.arrived).toEqual([])
})

test('a certificate goes with schemes of its kind alone, and over TLS alone', async () => {
  const { body } = await store()
  const bearer = await makeTool('https://model.test', { type: 'http', scheme: 'bearer' })
  expect((await bind(body.credentialId, bearer)).body.code).toBe('LINK_CREDENTIAL_KIND')
  const mutual = await makeTool('http://model.test')
  const token = await store({ kind: 'bearer', token: 't' })
  expect((await bind(token.body.credentialId, mutual)).body.code).toBe('LINK_CREDENTIAL_KIND')
  await bind(body.credentialId, mutual)
  expect((await run(mutual)).body).toMatchObject({
    code: 'LINK_CREDENTIAL_KIND',
    detail: expect.stringContaining('TLS'),
  })
})
