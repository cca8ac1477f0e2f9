import { expect, test } from 'bun:test'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { serveMcp } from '#shared/mcp/test/serve-mcp.ts'
import { EVERYTHING, startEverything } from '#shared/mcp/test/start-everything.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createTestLink } from '../../test/create-test-link.ts'

type Headers = Record<string, string>
type Link = Awaited<ReturnType<typeof createTestLink>>
type Body = Record<string, unknown>

const asApp = (appId: string): Headers => ({ [CALLER_HEADER]: 'app', [APP_HEADER]: appId })
const ROOT: Headers = { [CALLER_HEADER]: 'root' }
const TOOLS = {
  tools: [[{ name: 'work', inputSchema: { type: 'object' as const } }]],
  call: () => ({ content: [{ type: 'text' as const, text: 'done' }] }),
}

const add = async (link: Link, body: Body, headers: Headers = asApp('a')) => {
  const created = await callApp(link.app, 'POST /api/mcp-servers', { headers, body: { name: 'Server', ...body } })
  return { status: created.status, body: created.body as Body & { serverId: string } }
}
const at = (link: Link, serverId: string, headers: Headers = asApp('a')) => ({
  show: () => callApp(link.app, `GET /api/mcp-servers/${serverId}`, { headers }),
  change: (body: Body) => callApp(link.app, `PATCH /api/mcp-servers/${serverId}`, { headers, body }),
  remove: () => callApp(link.app, `DELETE /api/mcp-servers/${serverId}`, { headers }),
  test: () => callApp(link.app, `POST /api/mcp-servers/${serverId}/test`, { headers }),
  tools: () => callApp(link.app, `GET /api/mcp-servers/${serverId}/tools`, { headers }),
  call: (body: Body) => callApp(link.app, `POST /api/mcp-servers/${serverId}/call`, { headers, body }),
  resources: () => callApp(link.app, `GET /api/mcp-servers/${serverId}/resources`, { headers }),
  read: (uri: string) =>
    callApp(link.app, `POST /api/mcp-servers/${serverId}/read-resource`, { headers, body: { uri } }),
  prompts: () => callApp(link.app, `GET /api/mcp-servers/${serverId}/prompts`, { headers }),
  prompt: (body: Body) => callApp(link.app, `POST /api/mcp-servers/${serverId}/get-prompt`, { headers, body }),
})

test('a server is added, shown without its secrets, which are sent to it, changed and deleted', async () => {
  await using server = serveMcp(TOOLS)
  await using link = await createTestLink()
  const { status, body } = await add(link, { url: server.url, headers: { 'x-api-key': 'private-value' } })
  expect([status, body]).toEqual([
    201,
    {
      serverId: expect.stringMatching(/^mcp@[0-9a-f]{32}$/),
      appId: 'a',
      name: 'Server',
      description: '',
      transport: 'auto',
      url: server.url,
      command: null,
      args: [],
      headerNames: ['x-api-key'],
      environmentNames: [],
      grant: null,
      timeoutMs: 60_000,
      enabled: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  ])
  const { serverId } = body
  expect((await at(link, serverId).call({ name: 'work' })).body).toMatchObject({ isError: false })
  expect(server.requests.every(({ headers }) => headers.get('x-api-key') === 'private-value')).toBe(true)
  const [row] = [...(await link.sql`select * from mcp_servers`)]
  expect(JSON.stringify(row)).not.toContain('private-value')

  expect((await at(link, serverId).change({ enabled: false })).body).toMatchObject({ enabled: false })
  expect((await at(link, serverId).call({ name: 'work' })).body).toMatchObject({ code: 'LINK_MCP_SERVER_DISABLED' })
  expect((await at(link, serverId).remove()).status).toBe(204)
  expect((await at(link, serverId).show()).status).toBe(404)
})

test('what is no server is refused by name', async () => {
  await using link = await createTestLink()
  const refused = [
    {},
    { url: 'no url' },
    { url: 'ftp://h/mcp' },
    { url: 'http://user:secret@h/mcp' },
    { transport: 'sse', command: 'x' },
    { url: 'http://h', headers: { 'bad name': 'x' } },
    { url: 'http://h', headers: { good: 'line\r\nbreak' } },
  ]
  for (const body of refused) expect([body, (await add(link, body)).status]).toEqual([body, 422])
})

test('an app sees and uses its own servers and those of the installation, and changes its own alone', async () => {
  await using server = serveMcp(TOOLS)
  await using link = await createTestLink()
  const { serverId: own } = (await add(link, { url: server.url })).body
  const { serverId: shared } = (await add(link, { url: server.url }, ROOT)).body
  const listed = async (headers: Headers) => {
    const { body } = await callApp(link.app, 'GET /api/mcp-servers', { headers })
    return (body as { servers: { serverId: string }[] }).servers.map(({ serverId }) => serverId).sort()
  }
  expect(await listed(asApp('a'))).toEqual([own, shared].sort())
  expect(await listed(asApp('b'))).toEqual([shared])
  expect(await listed({})).toEqual([shared])
  const b = asApp('b')
  const answers = [
    (await at(link, own, b).show()).status,
    (await at(link, own, b).call({ name: 'work' })).status,
    (await at(link, own, b).change({ name: 'mine' })).status,
    (await at(link, own, b).remove()).status,
    (await at(link, shared, b).call({ name: 'work' })).status,
    (await at(link, shared, b).change({ name: 'mine' })).status,
    (await at(link, shared, b).remove()).status,
    (await at(link, shared, ROOT).change({ name: 'Ours' })).status,
  ]
  expect(answers).toEqual([404, 404, 404, 404, 200, 403, 403, 200])
  const page = await callApp(link.app, 'GET /api/mcp-servers?limit=1', { headers: asApp('a') })
  const { nextBeforeId } = page.body as { nextBeforeId: string }
  const second = await callApp(link.app, `GET /api/mcp-servers?limit=1&beforeId=${nextBeforeId}`, {
    headers: asApp('a'),
  })
  expect(second.body).toMatchObject({ servers: [{ serverId: own }], nextBeforeId: null })
})

test('only root adds and changes programs; every app may use one that is shared, each in a process of its own', async () => {
  await using link = await createTestLink()
  const program = { command: process.execPath, args: [EVERYTHING, 'stdio'], environment: { GIVEN: 'private' } }
  expect((await add(link, program)).body).toMatchObject({ code: 'LINK_MCP_PROGRAM_FORBIDDEN' })
  const { serverId } = (await add(link, program, ROOT)).body
  expect((await at(link, serverId).change({ args: ['other'] })).status).toBe(403)
  const { serverId: ofA } = (await add(link, program, { ...ROOT, ...{ [APP_HEADER]: 'a' } })).body
  expect((await at(link, ofA).change({ command: '/bin/sh' })).body).toMatchObject({
    code: 'LINK_MCP_PROGRAM_FORBIDDEN',
  })
  const { serverId: remote } = (await add(link, { url: 'http://h/mcp' })).body
  const becomes = await at(link, remote).change({ transport: 'stdio', command: '/bin/sh' })
  expect(becomes.body).toMatchObject({ code: 'LINK_MCP_PROGRAM_FORBIDDEN' })

  const environmentOf = async (headers: Headers) => {
    const { body } = await at(link, serverId, headers).call({ name: 'get-env' })
    const [block] = (body as { content: { text: string }[] }).content
    return JSON.parse(block?.text ?? '') as Record<string, string>
  }
  const [a, b] = [await environmentOf(asApp('a')), await environmentOf(asApp('b'))]
  expect([a.GIVEN, b.GIVEN]).toEqual(['private', 'private'])
  expect(a.HOME).not.toBe(b.HOME)
  expect(a.TEST_POSTGRES_URL).toBeUndefined()
})

test('a test tells what a server is, or why it does not work', async () => {
  await using server = await startEverything('streamable-http')
  await using link = await createTestLink()
  const { serverId } = (await add(link, { url: server.target.url })).body
  expect((await at(link, serverId).test()).body).toMatchObject({
    ok: true,
    transport: 'streamable-http',
    protocolVersion: '2025-11-25',
    server: { name: 'mcp-servers/everything' },
    instructions: expect.any(String),
    toolCount: expect.any(Number),
  })
  const port = freePort()
  const { serverId: down } = (await add(link, { url: `http://127.0.0.1:${port}/mcp` })).body
  expect((await at(link, down).test()).body).toMatchObject({
    ok: false,
    code: 'MCP_CONNECT_FAILED',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    remedy: expect.any(String),
  })
})

test('tools, resources and prompts are listed, called, read and filled in', async () => {
  await using server = await startEverything('streamable-http')
  await using link = await createTestLink()
  const { serverId } = (await add(link, { url: server.target.url })).body
  const everything = at(link, serverId)
  const { tools } = (await everything.tools()).body as { tools: Body[] }
  expect(tools.find(({ name }) => name === 'get-sum')).toMatchObject({ inputSchema: { required: ['a', 'b'] } })
  expect((await everything.call({ name: 'get-sum', arguments: { a: 2, b: 3 } })).body).toMatchObject({
    content: [{ text: expect.stringContaining('5') }],
    isError: false,
  })
  const late = { name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 1 }, timeoutMs: 50 }
  expect((await everything.call(late)).body).toMatchObject({ code: 'MCP_TIMEOUT', status: 504 })
  const { resources } = (await everything.resources()).body as { resources: { uri: string }[] }
  expect((await everything.read(resources[0]?.uri ?? '')).body).toMatchObject({
    contents: [{ uri: resources[0]?.uri }],
  })
  expect((await everything.prompts()).body).toMatchObject({ prompts: expect.any(Array) })
  const prompt = await everything.prompt({ name: 'args-prompt', arguments: { city: 'Oslo' } })
  expect(JSON.stringify(prompt.body)).toContain('Oslo')
})

test('a server that was killed and came back is used again, and until then fails at once', async () => {
  const port = freePort()
  const first = await startEverything('streamable-http', { port })
  await using link = await createTestLink()
  const { serverId } = (await add(link, { url: first.target.url })).body
  const call = () => at(link, serverId).call({ name: 'echo', arguments: { message: 'x' } })
  expect((await call()).status).toBe(200)
  await first.kill()
  expect((await call()).body).toMatchObject({ code: 'MCP_CONNECT_FAILED', status: 502 })
  await using _second = await startEverything('streamable-http', { port })
  const answer = await waitFor(async () => ((await call()).status === 200 ? 'served' : undefined), {
    what: 'the server to be used again',
  })
  expect(answer).toBe('served')
})
