import { expect, test } from 'bun:test'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { serveProtectedMcp } from '#shared/mcp/test/serve-protected-mcp.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../../test/create-test-link.ts'

type Link = Awaited<ReturnType<typeof createTestLink>>
type Body = Record<string, unknown>

const asApp = (appId: string) => ({ [CALLER_HEADER]: 'app', [APP_HEADER]: appId })
const ROOT = { [CALLER_HEADER]: 'root' }

const addServer = async (link: Link, headers: Record<string, string>, body: Body): Promise<string> => {
  const created = await callApp(link.app, 'POST /api/mcp-servers', { headers, body: { name: 'Protected', ...body } })
  expect(created.status).toBe(201)
  return (created.body as { serverId: string }).serverId
}
const call = (link: Link, headers: Record<string, string>, serverId: string) =>
  callApp(link.app, `POST /api/mcp-servers/${serverId}/call`, { headers, body: { name: 'secret' } })
const begin = async (link: Link, headers: Record<string, string>, serverId: string) => {
  const begun = await callApp(link.app, `POST /api/mcp-servers/${serverId}/authorize`, {
    headers: { ...headers, 'x-forwarded-host': 'orrery.test', 'x-forwarded-proto': 'https' },
    body: {},
  })
  return { status: begun.status, body: begun.body as { authorizationUrl: string; redirectUrl: string; code?: string } }
}
const finish = (link: Link, back: URL) => callApp(link.app, `GET /api/mcp-servers/callback${back.search}`)
type Protected = ReturnType<typeof serveProtectedMcp>
/** All of a sign-in, by a person who allows it. */
const signIn = async (
  at: { link: Link; serverId: string; protectedMcp: Protected },
  headers: Record<string, string>,
) => {
  const { body } = await begin(at.link, headers, at.serverId)
  return finish(at.link, await at.protectedMcp.allow(body.authorizationUrl))
}

test('a server that wants a sign-in says so, and serves after it; the tokens are sealed', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  expect((await call(link, asApp('a'), serverId)).body).toMatchObject({ code: 'MCP_SIGN_IN_REQUIRED', status: 403 })

  const { body } = await begin(link, asApp('a'), serverId)
  expect(body.redirectUrl).toBe('https://orrery.test/api/mcp-servers/callback')
  const authorizationUrl = new URL(body.authorizationUrl)
  expect(authorizationUrl.searchParams.get('code_challenge_method')).toBe('S256')
  expect(authorizationUrl.searchParams.get('scope')).toBe('tools:read')
  expect(authorizationUrl.searchParams.get('resource')).toBe(protectedMcp.url)
  const back = await protectedMcp.allow(body.authorizationUrl)
  const finished = await finish(link, back)
  expect([finished.status, finished.body]).toEqual([200, expect.stringContaining('Signed in')])

  expect((await call(link, asApp('a'), serverId)).body).toEqual({
    content: [{ type: 'text', text: 'the secret' }],
    isError: false,
  })
  expect([...protectedMcp.seen.resources]).toEqual([protectedMcp.url])
  const rows = (await link.sql`select sealed from mcp_grants`) as { sealed: string }[]
  expect(rows).toHaveLength(1)
  expect(rows[0]?.sealed).not.toContain('access_token')
})

test('a state serves once, and an unknown one not at all', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  const { body } = await begin(link, asApp('a'), serverId)
  const back = await protectedMcp.allow(body.authorizationUrl)
  expect((await finish(link, back)).status).toBe(200)
  expect((await finish(link, back)).body).toMatchObject({ code: 'LINK_MCP_SIGN_IN_UNKNOWN', status: 422 })
  const invented = await callApp(link.app, 'GET /api/mcp-servers/callback?state=invented&code=1')
  expect(invented.body).toMatchObject({ code: 'LINK_MCP_SIGN_IN_UNKNOWN' })
})

test('an answer from another authorization server is not taken, and a refusal is told', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  const mixedUp = await protectedMcp.allow((await begin(link, asApp('a'), serverId)).body.authorizationUrl)
  mixedUp.searchParams.set('iss', 'https://evil.test')
  expect((await finish(link, mixedUp)).body).toMatchObject({ code: 'MCP_AUTHORIZATION_FAILED' })

  const { state } = Object.fromEntries(
    new URL((await begin(link, asApp('a'), serverId)).body.authorizationUrl).searchParams,
  )
  const refused = await callApp(link.app, `GET /api/mcp-servers/callback?state=${state}&error=access_denied`)
  expect(refused.body).toMatchObject({ code: 'LINK_MCP_SIGN_IN_REFUSED', status: 403 })
  expect((await call(link, asApp('a'), serverId)).status).toBe(403)
})

test('tokens that end are refreshed once, however many calls find them ended', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  await signIn({ link, serverId, protectedMcp }, asApp('a'))
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
  protectedMcp.revokeTokens()
  const answers = await Promise.all(Array.from({ length: 8 }, () => call(link, asApp('a'), serverId)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  expect(protectedMcp.seen).toMatchObject({ refreshes: 1, reuses: 0, registrations: 1 })
})

test("root's sign-in to a shared server serves all apps; an app's own serves that app alone", async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, ROOT, { url: protectedMcp.url })
  expect((await call(link, asApp('a'), serverId)).status).toBe(403)
  await signIn({ link, serverId, protectedMcp }, asApp('a'))
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
  expect((await call(link, asApp('b'), serverId)).status).toBe(403)
  await signIn({ link, serverId, protectedMcp }, ROOT)
  expect((await call(link, asApp('b'), serverId)).status).toBe(200)
  const forgotten = await callApp(link.app, `DELETE /api/mcp-servers/${serverId}/authorization`, { headers: ROOT })
  expect(forgotten.status).toBe(204)
  expect((await call(link, asApp('b'), serverId)).status).toBe(403)
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
})

test('client credentials need nobody', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const authorization = { grant: 'client_credentials', clientId: 'robot', clientSecret: 'robot-secret' }
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url, authorization })
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
  const shown = await callApp(link.app, `GET /api/mcp-servers/${serverId}`, { headers: asApp('a') })
  expect(shown.body).toMatchObject({ grant: 'client_credentials' })
  expect(JSON.stringify(shown.body)).not.toContain('robot-secret')
  expect((await begin(link, asApp('a'), serverId)).body).toMatchObject({ code: 'LINK_MCP_SIGN_IN_UNFIT' })

  const wrong = { ...authorization, clientSecret: 'wrong' }
  const other = await addServer(link, asApp('a'), { url: protectedMcp.url, authorization: wrong })
  expect((await call(link, asApp('a'), other)).body).toMatchObject({ code: 'MCP_AUTHORIZATION_FAILED' })
})

test('a server that moves to another host leaves its tokens and headers behind', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const headers = { 'x-key': 'private' }
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url, headers })
  await signIn({ link, serverId, protectedMcp }, asApp('a'))
  const change = (body: Body) => callApp(link.app, `PATCH /api/mcp-servers/${serverId}`, { headers: asApp('a'), body })
  expect((await change({ name: 'Renamed' })).body).toMatchObject({ headerNames: ['x-key'], name: 'Renamed' })
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
  await using elsewhere = serveProtectedMcp()
  expect((await change({ url: elsewhere.url })).body).toMatchObject({ headerNames: [] })
  expect([...(await link.sql`select 1 from mcp_grants`)]).toEqual([])
  expect((await call(link, asApp('a'), serverId)).body).toMatchObject({ code: 'MCP_SIGN_IN_REQUIRED' })
})

test('a call that needs more rights says which, and the next sign-in asks for them besides those that there were', async () => {
  await using protectedMcp = serveProtectedMcp({ callScope: 'tools:call' })
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  await signIn({ link, serverId, protectedMcp }, asApp('a'))
  const listed = await callApp(link.app, `GET /api/mcp-servers/${serverId}/tools`, { headers: asApp('a') })
  expect(listed.status).toBe(200)
  expect((await call(link, asApp('a'), serverId)).body).toMatchObject({
    code: 'MCP_SIGN_IN_REQUIRED',
    detail: expect.stringContaining('allows tools:read tools:call'),
  })
  const { body } = await begin(link, asApp('a'), serverId)
  expect(new URL(body.authorizationUrl).searchParams.get('scope')).toBe('tools:read tools:call')
  await finish(link, await protectedMcp.allow(body.authorizationUrl))
  expect((await call(link, asApp('a'), serverId)).status).toBe(200)
})

test('a sign-in that comes back to another address registers for that one', async () => {
  await using protectedMcp = serveProtectedMcp()
  await using link = await createTestLink()
  const serverId = await addServer(link, asApp('a'), { url: protectedMcp.url })
  await signIn({ link, serverId, protectedMcp }, asApp('a'))
  const begun = await callApp(link.app, `POST /api/mcp-servers/${serverId}/authorize`, {
    headers: asApp('a'),
    body: { origin: 'https://elsewhere.test' },
  })
  const { authorizationUrl } = begun.body as { authorizationUrl: string }
  const back = await protectedMcp.allow(authorizationUrl)
  expect(back.origin).toBe('https://elsewhere.test')
  expect((await finish(link, back)).status).toBe(200)
  expect(protectedMcp.seen.registrations).toBe(2)
})
