import { expect, test } from 'bun:test'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { type McpServerOptions, serveMcp, serveMcpOverSse } from '#shared/mcp/test/serve-mcp.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { freePort } from '#shared/testing/free-port.ts'
import { createTestLink } from '../../test/create-test-link.ts'

type Headers = Record<string, string>
type Link = Awaited<ReturnType<typeof createTestLink>>
interface Envelope {
  code: number
  message: string
  sid: string
  data: { servers?: WireServer[]; id?: string; name?: string; content?: unknown[]; isError?: boolean }
}
interface WireServer {
  server_id?: string
  server_url?: string
  server_status: number
  server_message: string
  tools: { name: string; description?: string; inputSchema?: Record<string, unknown> }[]
}

const asApp = (appId: string): Headers => ({ [CALLER_HEADER]: 'app', [APP_HEADER]: appId })
const A = asApp('a')
const UNUSED_PORT_URL = `http://127.0.0.1:${freePort()}/mcp`

const post = async (link: Link, path: '' | '/tool_list' | '/call_tool', call: { body: unknown; headers?: Headers }) => {
  const answer = await callApp(link.app, `POST /api/v1/mcp${path}`, { headers: A, ...call })
  return { status: answer.status, body: answer.body as Envelope }
}
const list = async (link: Link, body: unknown, headers: Headers = A) => {
  const answer = await post(link, '/tool_list', { body, headers })
  expect([answer.status, answer.body.code]).toEqual([200, 0])
  return answer.body.data.servers ?? []
}
const register = async (link: Link, fields: Record<string, unknown>, headers: Headers = A): Promise<Envelope> => {
  const body = { app_id: 'a', name: 'Search', description: 'Finds.', type: 'search', ...fields }
  return (await post(link, '', { body, headers })).body
}

const tools: McpServerOptions = {
  tools: [
    [
      {
        name: 'find',
        description: 'Finds pages.',
        inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
      },
    ],
  ],
  call: ({ name, arguments: values }) => ({ content: [{ type: 'text', text: `${name} ${JSON.stringify(values)}` }] }),
}

test('a registered server is listed and called by its id, in the original envelope', async () => {
  await using server = serveMcp(tools)
  await using link = await createTestLink()
  const registered: unknown = await register(link, { mcp_server_url: server.url, flow_id: 'flow_456' })
  expect(registered).toEqual({
    code: 0,
    message: 'Success',
    sid: expect.stringMatching(/^link[0-9a-f]{8}@or/),
    data: { name: 'Search', id: 'mcp@searchflow_456' },
  })
  expect(await list(link, { mcp_server_ids: ['mcp@searchflow_456'] })).toEqual([
    {
      server_id: 'mcp@searchflow_456',
      server_url: server.url,
      server_status: 0,
      server_message: 'Success',
      tools: [
        {
          name: 'find',
          description: 'Finds pages.',
          inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
        },
      ],
    },
  ])
  const call = { mcp_server_id: 'mcp@searchflow_456', tool_name: 'find', tool_args: { q: 'tides' } }
  expect((await post(link, '/call_tool', { body: call })).body).toMatchObject({
    code: 0,
    message: 'Success',
    data: { isError: false, content: [{ type: 'text', text: 'find {"q":"tides"}' }] },
  })
  // Sessions are kept: one handshake served the list and the call.
  expect(server.requests.filter(({ rpc }) => rpc === 'initialize')).toHaveLength(1)
})

test('the same flow writes over its server, a server without a flow gets an id of its own, and no app writes over that of another', async () => {
  await using link = await createTestLink()
  expect(await register(link, { flow_id: 'f' })).toMatchObject({ code: 0, data: { id: 'mcp@searchf' } })
  expect(await register(link, { flow_id: 'f', name: 'Renamed' })).toMatchObject({ code: 0, data: { name: 'Renamed' } })
  const first = await register(link, {})
  const second = await register(link, {})
  expect(first.data.id).toMatch(/^mcp@search[0-9a-f]{32}$/)
  expect(first.data.id).not.toBe(second.data.id)
  expect(await register(link, { flow_id: 'f', app_id: 'b' }, asApp('b'))).toMatchObject({ code: 30200, data: {} })
  // An app cannot register for another: its own credentials count.
  await register(link, { flow_id: 'g', app_id: 'b' })
  expect(await list(link, { mcp_server_ids: ['mcp@searchg'] }, asApp('b'))).toMatchObject([{ server_status: 30701 }])
  for (const missing of ['app_id', 'name', 'description', 'type'])
    expect(await register(link, { [missing]: '' })).toMatchObject({ code: 30200, data: {} })
})

test('each server has its own status, in the order of the request, ids first', async () => {
  await using server = serveMcp(tools)
  await using link = await createTestLink()
  await register(link, { flow_id: 'empty' })
  await register(link, { flow_id: 'down', mcp_server_url: UNUSED_PORT_URL })
  await using broken = serveMcp({
    ...tools,
    get tools(): McpServerOptions['tools'] {
      throw new Error('no list today')
    },
  })
  const servers = await list(link, {
    mcp_server_ids: ['', 'mcp@unknown', 'mcp@searchempty', 'mcp@searchdown'],
    mcp_server_urls: [server.url, UNUSED_PORT_URL, broken.url, ''],
  })
  expect(servers.map(({ server_id, server_url, server_status }) => [server_id ?? server_url, server_status])).toEqual([
    ['', 30700],
    ['mcp@unknown', 30701],
    ['mcp@searchempty', 30708],
    ['mcp@searchdown', 30703],
    [server.url, 0],
    [UNUSED_PORT_URL, 30703],
    [broken.url, 30706],
    ['', 30708],
  ])
  for (const { server_status, server_message, tools: listed } of servers)
    if (server_status !== 0) expect([server_message.length > 10, listed]).toEqual([true, []])
  expect(await list(link, {})).toEqual([])
  expect(await list(link, { mcp_server_ids: null, mcp_server_urls: null })).toEqual([])
})

test('servers are contacted at the same time', async () => {
  let waiting = 0
  const { promise: allAreThere, resolve } = Promise.withResolvers<void>()
  const answer = async (request: Request): Promise<Response> => {
    await request.text()
    waiting += 1
    if (waiting === 6) resolve()
    await allAreThere
    return new Response(null, { status: 500 })
  }
  using server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer })
  await using link = await createTestLink()
  const urls = Array.from({ length: 6 }, (_, number) => `http://127.0.0.1:${server.port}/${number}`)
  const servers = await list(link, { mcp_server_urls: urls })
  expect(servers.map(({ server_status }) => server_status)).toEqual(urls.map(() => 30703))
})

test('local and private addresses are refused, by address, by id, and when they are registered', async () => {
  await using link = await createTestLink({ allow: '10.9.9.9' })
  const refused = {
    'http://127.0.0.1:8099/mcp': 30709,
    'http://127.9.9.9/mcp': 30709,
    'http://[::1]/mcp': 30709,
    'http://localhost./mcp': 30709,
    'http://2130706433/mcp': 30709,
    'http://0x7f.1/mcp': 30709,
    'http://10.0.0.1/mcp': 30710,
    'http://169.254.169.254/mcp': 30710,
    'http://0.0.0.0/mcp': 30710,
    'http://user:secret@example.com/mcp': 30710,
    'file:///etc/passwd': 30710,
  }
  const servers = await list(link, { mcp_server_urls: Object.keys(refused) })
  expect(Object.fromEntries(servers.map(({ server_url, server_status }) => [server_url, server_status]))).toEqual(
    refused,
  )
  for (const url of ['http://127.0.0.1/mcp', 'http://10.0.0.1/mcp']) {
    const code = refused[`${url}` as keyof typeof refused] ?? 30709
    expect(await register(link, { mcp_server_url: url })).toMatchObject({ code, data: {} })
    const call = { mcp_server_url: url, tool_name: 'find' }
    expect((await post(link, '/call_tool', { body: call })).body).toMatchObject({ code, data: {} })
  }
  expect(await register(link, { mcp_server_url: 'http://10.9.9.9/mcp' })).toMatchObject({ code: 0 })
  expect(await register(link, { mcp_server_url: 'gopher://h' })).toMatchObject({ code: 30200 })
  const { dependencies } = link
  await dependencies.mcp.servers.replace({
    ...{ serverId: 'mcp@old', ownerAppId: 'a', name: 'n', description: 'd', type: 't', flowId: '', schema: '' },
    ...{ transport: 'auto', url: 'http://127.0.0.1/mcp', command: '', args: [], sealed: null, timeoutMs: 1_000 },
  })
  expect(await list(link, { mcp_server_ids: ['mcp@old'] })).toMatchObject([{ server_status: 30709 }])
})

test('content of every kind arrives, media types under both names', async () => {
  const content = [
    { type: 'text' as const, text: 'words' },
    { type: 'image' as const, data: 'aGk=', mimeType: 'image/png' },
    { type: 'audio' as const, data: 'aGk=', mimeType: 'audio/wav' },
    { type: 'resource' as const, resource: { uri: 'file:///a', text: 'inside' } },
    { type: 'resource_link' as const, uri: 'file:///b', name: 'b' },
  ]
  await using server = serveMcp({ ...tools, call: () => ({ content, structuredContent: { n: 1 }, isError: true }) })
  await using link = await createTestLink()
  const { body } = await post(link, '/call_tool', { body: { mcp_server_url: server.url, tool_name: 'find' } })
  expect(body).toMatchObject({ code: 0, data: { isError: true, structuredContent: { n: 1 } } })
  expect(body.data.content).toEqual([
    { type: 'text', text: 'words' },
    { type: 'image', data: 'aGk=', mimeType: 'image/png', mineType: 'image/png' },
    { type: 'audio', data: 'aGk=', mimeType: 'audio/wav', mineType: 'audio/wav' },
    { type: 'resource', resource: { uri: 'file:///a', text: 'inside' } },
    { type: 'resource_link', uri: 'file:///b', name: 'b' },
  ])
})

test('an address wins over an id, a server of the older transport serves too, and a failed call has its number', async () => {
  await using server = await serveMcpOverSse(tools)
  await using link = await createTestLink()
  const both = { mcp_server_id: 'mcp@unknown', mcp_server_url: server.url, tool_name: 'find', tool_args: null }
  expect((await post(link, '/call_tool', { body: both })).body).toMatchObject({ code: 0, data: { isError: false } })
  expect((await post(link, '/call_tool', { body: { ...both, mcp_server_url: '' } })).body).toMatchObject({
    code: 30701,
    data: {},
  })
  expect((await post(link, '/call_tool', { body: { tool_name: 'find' } })).body).toMatchObject({
    code: 30700,
    data: {},
  })
  await using failing = serveMcp({
    ...tools,
    call: () => {
      throw new Error('out of order')
    },
  })
  const failed = await post(link, '/call_tool', { body: { mcp_server_url: failing.url, tool_name: 'find' } })
  expect(failed.body).toMatchObject({ code: 30707, message: expect.stringContaining('out of order'), data: {} })
})

test('bodies that are none get the answer of the original framework', async () => {
  await using link = await createTestLink()
  const wrong = await post(link, '/call_tool', { body: { tool_args: {} } })
  expect([wrong.status, wrong.body]).toMatchObject([422, { detail: [{ loc: ['body', 'tool_name'] }] }])
  expect((await post(link, '/tool_list', { body: { mcp_server_ids: 'mcp@1' } })).status).toBe(422)
  const request = new Request('http://app.test/api/v1/mcp/tool_list', { method: 'POST', headers: A, body: '{' })
  expect((await link.app.handle(request)).status).toBe(422)
})

test("an app neither lists nor calls another app's server, and all use those of the installation", async () => {
  await using server = serveMcp(tools)
  await using link = await createTestLink()
  const root = { [CALLER_HEADER]: 'root' }
  await register(link, { flow_id: 'own', mcp_server_url: server.url })
  const created = await callApp(link.app, 'POST /api/mcp-servers', {
    headers: root,
    body: { name: 's', url: server.url },
  })
  const { serverId } = created.body as { serverId: string }
  const statuses = async (headers: Headers) =>
    (await list(link, { mcp_server_ids: ['mcp@searchown', serverId] }, headers)).map((entry) => entry.server_status)
  expect(await statuses(asApp('a'))).toEqual([0, 0])
  expect(await statuses(asApp('b'))).toEqual([30701, 0])
  const call = { mcp_server_id: 'mcp@searchown', tool_name: 'find' }
  expect((await post(link, '/call_tool', { body: call, headers: asApp('b') })).body).toMatchObject({ code: 30701 })
})

test('a call with a key is made once for each app, and the server hears the key', async () => {
  const metas: unknown[] = []
  await using server = serveMcp({
    ...tools,
    call: ({ meta }) => {
      metas.push(meta)
      return { content: [{ type: 'text', text: `call ${metas.length}` }] }
    },
  })
  await using link = await createTestLink()
  const body = { mcp_server_url: server.url, tool_name: 'find', tool_args: { q: 'x' } }
  const call = async (app: string, key: string, change = {}) => {
    const headers = { ...asApp(app), 'idempotency-key': key }
    return (await post(link, '/call_tool', { body: { ...body, ...change }, headers })).body.data.content
  }
  const first = await call('a', 'k1')
  expect(await call('a', 'k1')).toEqual(first)
  expect(metas).toEqual([{ 'orrery/idempotency-key': 'k1' }])
  await call('b', 'k1')
  await call('a', 'k2')
  await call('a', 'k1', { tool_args: { q: 'y' } })
  expect(metas).toHaveLength(4)
})

test('a server that is named by id and its own address is called with its headers', async () => {
  await using server = serveMcp(tools)
  await using link = await createTestLink()
  const created = await callApp(link.app, 'POST /api/mcp-servers', {
    headers: A,
    body: { name: 's', url: server.url, headers: { 'x-key': 'private' } },
  })
  const { serverId } = created.body as { serverId: string }
  const body = { mcp_server_id: serverId, mcp_server_url: server.url, tool_name: 'find' }
  expect((await post(link, '/call_tool', { body })).body.code).toBe(0)
  expect(server.requests.every(({ headers }) => headers.get('x-key') === 'private')).toBe(true)
})
