import { expect, test } from 'bun:test'
import type { Tool } from '@modelcontextprotocol/sdk/types.js'
import { type McpServerOptions, serveMcp, serveMcpOverSse } from '#shared/mcp/test/serve-mcp.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { compile, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../../test/run-in-memory.ts'

const ID = 'mcp-tool::m'
const ADD: Tool = {
  name: 'add',
  inputSchema: { type: 'object', properties: { a: { type: 'string' }, n: { type: 'number' } }, required: ['a', 'n'] },
}
const text = (content: string) => ({ content: [{ type: 'text' as const, text: content }] })
const serving = (call: McpServerOptions['call'], tools: Tool[][] = [[ADD]]): McpServerOptions => ({ tools, call })

const compileCall = (param: Record<string, unknown>, inputs: Record<string, unknown> = {}) =>
  compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { a: ref('node-start::s', 'q'), n: 3, ...inputs },
          outputs: [
            output('content'),
            output('structured', { type: 'object' }),
            output('isError', { type: 'boolean' }),
            output('blocks', { type: 'array' }),
          ],
          param: { toolName: 'add', ...param },
        }),
      ],
      [['node-start::s', ID]],
    ),
  )

const run = async (
  param: Record<string, unknown>,
  options: { inputs?: Record<string, unknown>; allow?: string; signal?: AbortSignal } = {},
) => {
  const events = await runInMemory({
    plan: compileCall(param, options.inputs),
    start: startEvent({ q: 'x' }),
    services: testServices({ outbound: createOutboundGuard({ allow: options.allow ?? '127.0.0.0/8' }) }),
    ...(options.signal && { signal: options.signal }),
  })
  return events.find(({ type }) => type === 'node-failed') ?? events.findLast(({ type }) => type === 'node-completed')
}

test('a tool is called with the node’s inputs, once, and its session is closed', async () => {
  const called: unknown[] = []
  await using server = serveMcp(
    serving((request) => {
      called.push(request)
      return {
        content: [
          ...text('four').content,
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
          ...text('4').content,
        ],
        structuredContent: { sum: 4 },
      }
    }),
  )
  const headers = [{ name: 'Authorization', value: 'Bearer {{a}}' }]
  expect(await run({ serverUrl: server.url, headers })).toMatchObject({
    variables: {
      content: 'four\n4',
      structured: { sum: 4 },
      isError: false,
      blocks: [{ text: 'four' }, { type: 'image', data: 'AA==' }, { text: '4' }],
    },
  })
  expect(called).toMatchObject([
    { name: 'add', arguments: { a: 'x', n: 3 }, meta: { 'orrery/idempotency-key': `7:${ID}` } },
  ])
  expect(server.sessions.size).toBe(0)
  expect(server.requests.every((request) => request.headers.get('authorization') === 'Bearer x')).toBe(true)
  const keyed = server.requests.filter((request) => request.headers.has('idempotency-key'))
  expect(keyed.map(({ rpc }) => rpc)).toEqual(['tools/call'])
})

test('a server that speaks only the older SSE transport is called by it', async () => {
  await using server = await serveMcpOverSse(serving(() => text('by SSE')))
  expect(await run({ serverUrl: server.url })).toMatchObject({ variables: { content: 'by SSE' } })
})

test('an error that a tool tells of is a result, unless the flow wants it to fail', async () => {
  await using server = serveMcp(serving(() => ({ ...text('no such city'), isError: true })))
  expect(await run({ serverUrl: server.url })).toMatchObject({ variables: { content: 'no such city', isError: true } })
  expect(await run({ serverUrl: server.url, failOnError: true })).toMatchObject({
    type: 'node-failed',
    code: 21811,
    message: expect.stringContaining('no such city'),
  })
})

test('a tool is found on a later page, and a missing one is told with those that there are', async () => {
  await using server = serveMcp(serving(({ name }) => text(name), [[{ ...ADD, name: 'first' }], [ADD]]))
  expect(await run({ serverUrl: server.url })).toMatchObject({ variables: { content: 'add' } })
  expect(await run({ serverUrl: server.url, toolName: 'sub' })).toMatchObject({
    code: 21808,
    message: expect.stringContaining('first, add'),
  })
})

test('arguments that do not fit the tool’s schema are not sent', async () => {
  let calls = 0
  await using server = serveMcp(
    serving(() => {
      calls += 1
      return text('')
    }),
  )
  expect(await run({ serverUrl: server.url }, { inputs: { n: 'three' } })).toMatchObject({
    code: 21803,
    message: expect.stringContaining("'properties','n','type'"),
  })
  expect(calls).toBe(0)
})

test('a result that breaks the tool’s own output schema fails', async () => {
  const tool: Tool = { ...ADD, outputSchema: { type: 'object', properties: { sum: { type: 'number' } } } }
  await using server = serveMcp(serving(() => ({ ...text(''), structuredContent: { sum: 'four' } }), [[tool]]))
  expect(await run({ serverUrl: server.url })).toMatchObject({ code: 21811, message: expect.stringContaining('sum') })
})

test('an address that the guard refuses is not called', async () => {
  await using server = serveMcp(serving(() => text('')))
  expect(await run({ serverUrl: server.url }, { allow: '' })).toMatchObject({
    code: 21810,
    message: expect.stringContaining('loopback range'),
  })
  expect(server.requests).toEqual([])
})

test('a server that is not there, or no MCP server, is the wire’s 21810', async () => {
  expect(await run({ serverUrl: 'http://127.0.0.1:1/mcp' })).toMatchObject({ code: 21810 })
  await using other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('hello') })
  expect(await run({ serverUrl: `http://127.0.0.1:${other.port}/mcp` })).toMatchObject({ code: 21810 })
})

test('a tool that takes too long fails the node in time', async () => {
  const never = Promise.withResolvers<never>()
  await using server = serveMcp(serving(() => never.promise))
  expect(await run({ serverUrl: server.url, timeoutSeconds: 0.3 })).toMatchObject({
    code: 21811,
    message: expect.stringContaining('no answer within 0.3 s'),
  })
})

test('a result larger than the limit fails', async () => {
  await using server = serveMcp(serving(() => text('x'.repeat(11 * 1024 * 1024))))
  expect(await run({ serverUrl: server.url, timeoutSeconds: 60 })).toMatchObject({
    code: 21811,
    message: expect.stringContaining('more than 10485760 bytes'),
  })
})

test('a run that is aborted lets its call go', async () => {
  const leaving = new AbortController()
  const never = Promise.withResolvers<never>()
  await using server = serveMcp(
    serving(() => {
      leaving.abort(new Error('the worker stops'))
      return never.promise
    }),
  )
  await expect(run({ serverUrl: server.url }, { signal: leaving.signal })).rejects.toThrow('the worker stops')
  await waitFor(() => server.requests.length > 0, { what: 'the call' })
})

test.each([
  [{ serverUrl: 'file:///bin/sh' }, '/serverUrl'],
  [{ serverUrl: '' }, '/serverUrl'],
  [{ serverUrl: 'https://h', toolName: '' }, '/toolName'],
  [{ serverUrl: 'https://h', headers: [{ name: 'Host', value: 'x' }] }, '/headers'],
])('%j is refused when the flow is compiled', (param, field) => {
  expect(() => compileCall(param)).toThrow(`node ${ID}, nodeParam ${field}`)
})
