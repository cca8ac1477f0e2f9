import { expect, test } from 'bun:test'
import { serveMcp } from '#shared/mcp/test/serve-mcp.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from './test/create-test-link.ts'
import { startEchoServer } from './test/echo-server.ts'
import { asApp, createWireClient, documentOf } from './test/wire-client.ts'

const headers = asApp('a1')
const responses = { 200: { description: 'ok' } }

/** Values of a family by its labels, written in their order; for a histogram how many were observed. */
const valuesOf = ({ dependencies }: Awaited<ReturnType<typeof createTestLink>>, name: string) => {
  const family = dependencies.metrics.snapshot().families.find((one) => one.name === name)
  const count = ({ buckets, value }: { buckets?: number[]; value: number }) =>
    buckets ? buckets.reduce((sum, part) => sum + part, 0) : value
  return Object.fromEntries((family?.series ?? []).map((one) => [Object.values(one.labels).join(' '), count(one)]))
}

test('calls of operations are counted by what came of them, and refusals of the guard by why', async () => {
  await using link = await createTestLink()
  await using tool = await startEchoServer(({ target }) =>
    target === '/ok' ? Response.json({}) : new Response('no', { status: 500 }),
  )
  const client = createWireClient(link.app, 'a1')
  const paths = (server: string) => ({
    '/ok': { get: { operationId: 'ok', servers: [{ url: server }], responses } },
    '/bad': { get: { operationId: 'bad', servers: [{ url: server }], responses } },
  })
  const near = await client.make(documentOf(tool.url, paths(tool.url)))
  const metadata = await client.make(documentOf('http://x', paths('http://169.254.169.254')))
  const run = (toolId: string, operationId: string) =>
    callApp(link.app, `POST /api/tools/${toolId}/operations/${operationId}/run`, { headers, body: {} })
  for (const operationId of ['ok', 'ok', 'bad']) await run(near, operationId)
  await client.run({ tool_id: near, operation_id: 'ok' })
  await run(metadata, 'ok')
  expect(valuesOf(link, 'orrery_link_calls_total')).toEqual({
    'openapi ok': 3,
    'openapi tool_failed': 1,
    'openapi refused': 1,
  })
  expect(valuesOf(link, 'orrery_link_call_seconds')).toEqual({ openapi: 5 })
  expect(valuesOf(link, 'orrery_link_outbound_refused_total')).toEqual({ 'link-local': 1 })
  await callApp(link.app, 'POST /api/tools/import', { headers, body: { url: 'http://user:secret@x.example/' } })
  expect(valuesOf(link, 'orrery_link_outbound_refused_total')).toEqual({ 'link-local': 1, url: 1 })
})

test('calls of MCP tools are counted once though they are asked for twice, and sessions while they are open', async () => {
  const call = () => ({ content: [{ type: 'text' as const, text: 'no' }], isError: true })
  await using server = serveMcp({ tools: [[{ name: 'work', inputSchema: { type: 'object' as const } }]], call })
  await using link = await createTestLink()
  expect(valuesOf(link, 'orrery_link_mcp_sessions')).toEqual({ '': 0 })
  const added = await callApp(link.app, 'POST /api/mcp-servers', { headers, body: { name: 'S', url: server.url } })
  const { serverId } = added.body as { serverId: string }
  for (const key of ['one', 'one', 'two']) {
    const { status } = await callApp(link.app, `POST /api/mcp-servers/${serverId}/call`, {
      headers: { ...headers, 'idempotency-key': key },
      body: { name: 'work' },
    })
    expect(status).toBe(200)
  }
  await callApp(link.app, 'POST /api/v1/mcp/call_tool', {
    headers,
    body: { mcp_server_id: serverId, tool_name: 'work', tool_args: {} },
  })
  expect(valuesOf(link, 'orrery_link_calls_total')).toEqual({ 'mcp tool_failed': 3 })
  expect(valuesOf(link, 'orrery_link_call_seconds')).toEqual({ mcp: 3 })
  expect(valuesOf(link, 'orrery_link_mcp_sessions')).toEqual({ '': 1 })
  await callApp(link.app, `DELETE /api/mcp-servers/${serverId}`, { headers })
  expect(valuesOf(link, 'orrery_link_mcp_sessions')).toEqual({ '': 0 })
})
