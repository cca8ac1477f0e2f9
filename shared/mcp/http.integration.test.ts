import { describe, expect, test } from 'bun:test'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { McpHandlers } from './mcp-session.ts'
import type { HttpTarget } from './mcp-target.ts'
import { openSession } from './open-session.ts'
import { createSessionPool } from './session-pool.ts'
import { type McpServerOptions, serveMcp, serveMcpOverSse } from './test/serve-mcp.ts'

const outbound = createOutboundGuard({ allow: '127.0.0.0/8' })
const limits = { timeoutMs: 10_000, signal: new AbortController().signal }
const TOOL = { name: 'work', inputSchema: { type: 'object' as const } }
const OPTIONS: McpServerOptions = { tools: [[TOOL]], call: () => ({ content: [{ type: 'text', text: 'done' }] }) }
const MIB = 1024 * 1024

const targetOf = (url: string, transport: HttpTarget['transport'] = 'auto'): HttpTarget => ({
  transport,
  url,
  headers: {},
})
const open = (url: string, handlers: McpHandlers = {}) =>
  openSession({ target: targetOf(url), outbound, limits, handlers })
const call = { name: 'work', arguments: {} }

/** A server that answers the handshake, and to a call whatever the test says. */
const serveRaw = (onCall: (id: unknown) => Response | Promise<Response>) => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      if (request.method !== 'POST') return new Response(null, { status: 405 })
      const { id, method } = (await request.json()) as { id?: unknown; method: string }
      if (id === undefined) return new Response(null, { status: 202 })
      if (method === 'tools/call') return onCall(id)
      const init = {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'raw', version: '1' },
      }
      return Response.json({ jsonrpc: '2.0', id, result: method === 'initialize' ? init : { tools: [TOOL] } })
    },
  })
  return { url: `http://127.0.0.1:${server.port}/mcp`, [Symbol.asyncDispose]: () => server.stop(true) }
}
const events = (body: string | ReadableStream) =>
  new Response(body, { headers: { 'content-type': 'text/event-stream' } })

describe('the transport is found', () => {
  test('auto falls back to the older transport where the newer is unknown', async () => {
    await using server = await serveMcpOverSse(OPTIONS)
    const session = await open(server.url)
    expect(session.transport).toBe('sse')
    expect((await session.callTool(call, limits)).content).toEqual([{ type: 'text', text: 'done' }])
    await session.close()
  })

  test('a server that is named as the newer one is not asked for the older', async () => {
    await using server = await serveMcpOverSse(OPTIONS)
    const opened = openSession({ target: targetOf(server.url, 'streamable-http'), outbound, limits })
    await expect(opened).rejects.toMatchObject({ code: 'MCP_CONNECT_FAILED' })
  })

  test('an address where no server is tells the status of the first attempt', async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => new Response('nothing', { status: 404 }),
    })
    await expect(open(`http://127.0.0.1:${server.port}/mcp`)).rejects.toMatchObject({
      code: 'MCP_CONNECT_FAILED',
      message: expect.stringContaining('POST'),
    })
  })

  test('a page that a server answers instead is told in part, not in full', async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => new Response('x'.repeat(MIB), { status: 500 }),
    })
    const failure = await open(`http://127.0.0.1:${server.port}/mcp`).catch((error: unknown) => error)
    expect((failure as Error).message.length).toBeLessThan(2_000)
  })

  test('an older protocol version is agreed on', async () => {
    await using server = serveRaw(() => Response.json({}))
    const session = await open(server.url)
    expect(session.protocolVersion).toBe('2025-06-18')
    await session.close()
  })
})

describe('calls go through the outbound guard', () => {
  test('to a refused address none is made', async () => {
    await using server = serveMcp(OPTIONS)
    const strict = createOutboundGuard({ allow: '' })
    const opened = openSession({ target: targetOf(server.url), outbound: strict, limits })
    await expect(opened).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
    expect(server.requests).toEqual([])
  })

  test('and a redirect to another origin is not followed, whatever it would show', async () => {
    await using target = serveMcp(OPTIONS)
    await using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => new Response(null, { status: 307, headers: { location: target.url } }),
    })
    await expect(open(`http://127.0.0.1:${server.port}/mcp`)).rejects.toMatchObject({ code: 'MCP_CONNECT_FAILED' })
    expect(target.requests).toEqual([])
  })
})

describe('a server that breaks off, floods or forgets', () => {
  test('fails the call at once when the stream ends before the answer', async () => {
    await using server = serveRaw(() =>
      events('event: message\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n'),
    )
    const session = await open(server.url)
    await expect(session.callTool(call, limits)).rejects.toMatchObject({
      code: 'MCP_CONNECTION_LOST',
      message: expect.stringContaining('stream of events ended'),
    })
    expect(session.ending).toBeUndefined()
    await session.close()
  })

  test('fails the call when one message, or all of an answer, is too large', async () => {
    const block = new Uint8Array(MIB).fill(0x78)
    let blocks = 0
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          blocks += 1
          controller.enqueue(block)
        },
      })
    for (const type of ['text/event-stream', 'application/json']) {
      blocks = 0
      await using server = serveRaw(() => new Response(endless(), { headers: { 'content-type': type } }))
      const session = await open(server.url)
      await expect(session.callTool(call, limits)).rejects.toMatchObject({
        message: expect.stringContaining('more than'),
      })
      expect(blocks).toBeLessThan(64)
      await session.close()
    }
  })

  test('gets a new session when it no longer knows the old one, and the call is made once', async () => {
    let calls = 0
    await using server = serveMcp({
      ...OPTIONS,
      call: () => {
        calls += 1
        return { content: [] }
      },
    })
    await using pool = createSessionPool({ sessionsMax: 5, programsMax: 1, idleMs: 60_000 })
    const use = () =>
      pool.use({ key: 'a', isProgram: false, open: () => open(server.url), signal: limits.signal }, (session) =>
        session.callTool(call, limits),
      )
    await use()
    // The test's server takes an unknown session for a new one, and answers a call before the handshake with 400.
    server.sessions.clear()
    await use()
    expect(calls).toBe(2)
    expect(server.requests.filter(({ rpc }) => rpc === 'initialize')).toHaveLength(2)
  })

  test('is asked again for its tools after it said that they changed, and not before', async () => {
    let lists = 0
    const streams = new Set<ReadableStreamDefaultController<string>>()
    await using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      idleTimeout: 0,
      async fetch(request) {
        if (request.method === 'GET') {
          const stream = new ReadableStream<string>({
            start(controller) {
              streams.add(controller)
              controller.enqueue(': open\n\n')
            },
          })
          return events(stream)
        }
        const { id, method } = (await request.json()) as { id?: unknown; method: string }
        if (id === undefined) return new Response(null, { status: 202 })
        const info = { protocolVersion: '2025-06-18', serverInfo: { name: 'n', version: '1' } }
        const capabilities = { tools: { listChanged: true } }
        if (method === 'initialize') return Response.json({ jsonrpc: '2.0', id, result: { ...info, capabilities } })
        lists += 1
        return Response.json({ jsonrpc: '2.0', id, result: { tools: [{ ...TOOL, name: `tool-${lists}` }] } })
      },
    })
    const changed: string[] = []
    const session = await open(`http://127.0.0.1:${server.port}/mcp`, {
      listChanged: (list) => void changed.push(list),
    })
    const names = async () => (await session.listTools(limits)).map(({ name }) => name)
    expect([await names(), await names()]).toEqual([['tool-1'], ['tool-1']])
    await waitFor(() => streams.size > 0, { what: 'the stream of the server' })
    for (const stream of streams)
      stream.enqueue('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n')
    await waitFor(() => changed.length > 0, { what: 'the change to be told' })
    expect(await names()).toEqual(['tool-2'])
    await session.close()
  })

  test('is left when its pages lead in a circle', async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        if (request.method !== 'POST') return new Response(null, { status: 405 })
        const { id, method } = (await request.json()) as { id?: unknown; method: string }
        if (id === undefined) return new Response(null, { status: 202 })
        const init = {
          protocolVersion: '2025-06-18',
          capabilities: { tools: {} },
          serverInfo: { name: 'n', version: '1' },
        }
        return Response.json({
          jsonrpc: '2.0',
          id,
          result: method === 'initialize' ? init : { tools: [TOOL], nextCursor: 'again' },
        })
      },
    })
    const session = await open(`http://127.0.0.1:${server.port}/mcp`)
    await expect(session.listTools(limits)).rejects.toMatchObject({ code: 'MCP_ANSWER_INVALID' })
    await session.close()
  })
})

test('what a server may ask is declared only when it is answered; anything else is refused', async () => {
  let refusal: unknown
  await using server = serveRaw((id) => {
    const ask = { jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }
    const answer = { jsonrpc: '2.0', id, result: { content: [] } }
    return events(`data: ${JSON.stringify(ask)}\n\ndata: ${JSON.stringify(answer)}\n\n`)
  })
  const listening: typeof outbound = {
    ...outbound,
    fetch(url, init) {
      const message = typeof init?.body === 'string' ? (JSON.parse(init.body) as { id?: unknown }) : {}
      if (message.id === 'q') refusal = message
      return outbound.fetch(url, init)
    },
  }
  const session = await openSession({ target: targetOf(server.url), outbound: listening, limits })
  await session.callTool(call, limits)
  await waitFor(() => refusal, { what: 'the refusal' })
  expect(refusal).toMatchObject({ error: { code: -32601 } })
  await session.close()
})
