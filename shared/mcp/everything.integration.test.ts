import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { McpConnectionLostError, McpRequestError } from './errors.ts'
import type { McpHandlers, McpProgress, McpSession } from './mcp-session.ts'
import type { McpTarget } from './mcp-target.ts'
import { openSession } from './open-session.ts'
import { EVERYTHING, type EverythingServer, startEverything } from './test/start-everything.ts'

const outbound = createOutboundGuard({ allow: '127.0.0.0/8' })
const limits = { timeoutMs: 20_000, signal: new AbortController().signal }
const TRANSPORTS = ['streamable-http', 'sse', 'stdio'] as const

for (const transport of TRANSPORTS) {
  describe(`the reference server over ${transport}`, () => {
    let server: EverythingServer | undefined
    let session: McpSession
    let directory: string
    const logged: unknown[] = []
    const changed: string[] = []
    const updated: string[] = []
    const asked: unknown[] = []
    const handlers: McpHandlers = {
      async elicit(request) {
        asked.push(request)
        return { action: 'accept', content: { name: 'Ada' } }
      },
      async sample(request) {
        asked.push(request)
        return { role: 'assistant', model: 'test', content: { type: 'text', text: 'sampled answer' } }
      },
      roots: async () => [{ uri: 'file:///workspace', name: 'workspace' }],
      log: (entry) => void logged.push(entry),
      listChanged: (list) => void changed.push(list),
      resourceUpdated: (uri) => void updated.push(uri),
    }

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'mcp-'))
      server = transport === 'stdio' ? undefined : await startEverything(transport)
      const program: McpTarget = {
        transport: 'stdio',
        command: process.execPath,
        args: [EVERYTHING, 'stdio'],
        environment: {},
        directory,
      }
      session = await openSession({ target: server?.target ?? program, outbound, limits, handlers })
      // The server adds tools once it knows what the client can do.
      await waitFor(
        async () => (await session.listTools(limits)).some(({ name }) => name === 'trigger-sampling-request'),
        {
          what: 'the conditional tools',
        },
      )
    })

    afterAll(async () => {
      await session?.close()
      await server?.kill()
      await rm(directory, { recursive: true, force: true })
    })

    const call = (name: string, values: Record<string, unknown> = {}) =>
      session.callTool({ name, arguments: values }, limits)
    const textOf = (result: { content: Record<string, unknown>[] }) => String(result.content[0]?.text)

    test('says who it is, what it can do and how it wants to be used', () => {
      expect(session.server.name).toBe('mcp-servers/everything')
      expect(session.instructions).toContain('Everything Server')
      expect(session.capabilities).toMatchObject({ tools: { listChanged: true }, resources: { subscribe: true } })
      expect(session.transport).toBe(transport)
      expect(session.protocolVersion).toBe('2025-11-25')
    })

    test('lists its tools with their schemas, those that came later too', async () => {
      const tools = await session.listTools(limits)
      expect(tools.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['echo', 'get-sum', 'trigger-elicitation-request', 'get-roots-list']),
      )
      expect(tools.find(({ name }) => name === 'get-sum')?.inputSchema).toMatchObject({ required: ['a', 'b'] })
      expect(tools.every(({ fault }) => fault === undefined)).toBe(true)
    })

    test('answers with text, images, annotations, links and embedded resources, none of which is lost', async () => {
      expect(await call('echo', { message: 'hello' })).toEqual({
        content: [{ type: 'text', text: 'Echo: hello' }],
        isError: false,
      })
      const image = await call('get-tiny-image')
      expect(image.content.find(({ type }) => type === 'image')).toMatchObject({ mimeType: 'image/png' })
      const annotated = await call('get-annotated-message', { messageType: 'error', includeImage: true })
      expect(annotated.content[0]?.annotations).toMatchObject({ priority: 1 })
      const links = await call('get-resource-links', { count: 2 })
      expect(links.content.filter(({ type }) => type === 'resource_link')).toHaveLength(2)
      const embedded = await call('get-resource-reference', { resourceType: 'Text', resourceId: 1 })
      expect(embedded.content.find(({ type }) => type === 'resource')?.resource).toHaveProperty('uri')
    })

    test('answers with structured content that fits its schema', async () => {
      const result = await call('get-structured-content', { location: 'Chicago' })
      expect(result.structuredContent).toHaveProperty('temperature')
      expect(result.structureFault).toBeUndefined()
    })

    test('refuses wrong arguments as an error of the tool or of the request', async () => {
      const result = await call('get-sum', { a: 'one' }).catch((error: unknown) => error)
      if (result instanceof McpRequestError) expect(result.rpcCode).toBe(-32602)
      else expect(result).toMatchObject({ isError: true })
    })

    test('tells its progress while it works', async () => {
      const seen: McpProgress[] = []
      const run = { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 4 } }
      const result = await session.callTool({ ...run, onProgress: (progress) => seen.push(progress) }, limits)
      expect(textOf(result)).toContain('completed')
      expect(seen.slice(0, 2).map(({ progress, total }) => [progress, total])).toEqual([
        [1, 4],
        [2, 4],
      ])
    })

    test('can be left in the middle of a call, and goes on serving', async () => {
      const leave = new AbortController()
      const run = { name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 3 } }
      const left = session.callTool(run, { timeoutMs: 20_000, signal: leave.signal })
      leave.abort(new Error('no longer wanted'))
      await expect(left).rejects.toThrow('no longer wanted')
      expect(textOf(await call('echo', { message: 'still there' }))).toContain('still there')
    })

    test('is given up after the time a call may take, and goes on serving', async () => {
      const run = { name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 3 } }
      const late = session.callTool(run, { ...limits, timeoutMs: 50 })
      await expect(late).rejects.toMatchObject({ code: 'MCP_TIMEOUT' })
      expect(textOf(await call('echo', { message: 'still there' }))).toContain('still there')
    })

    test('runs a tool that works only as a task to its end', async () => {
      const result = await call('simulate-research-query', { topic: 'tides' })
      expect(textOf(result)).toContain('Research Report')
    })

    test('asks its questions back: a form, a model, the roots', async () => {
      await call('trigger-elicitation-request')
      expect(asked).toContainEqual(expect.objectContaining({ requestedSchema: expect.anything() }))
      expect(textOf(await call('trigger-sampling-request', { prompt: 'hi', maxTokens: 5 }))).toContain('sampled answer')
      const roots = await waitFor(
        async () => {
          const listed = textOf(await call('get-roots-list'))
          return listed.includes('file:///workspace') && listed
        },
        { what: 'the server to know the roots' },
      )
      expect(roots).toContain('workspace')
    })

    test('sends a person to an address, in a question or as the reason of a refusal', async () => {
      const url = 'https://example.com/consent'
      await call('trigger-url-elicitation', { url, elicitationId: `first-${transport}` })
      expect(asked).toContainEqual(expect.objectContaining({ mode: 'url', url }))
      const values = { url, elicitationId: `second-${transport}`, errorPath: true }
      const refusal = await call('trigger-url-elicitation', values).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(McpRequestError)
      const told = { rpcCode: -32042, message: expect.stringContaining('Open first: https://') }
      expect(refusal).toMatchObject(told)
    })

    test('hands over what it packed as a resource', async () => {
      const packed = await call('gzip-file-as-resource', {
        name: 'hello.txt.gz',
        data: 'data:text/plain;base64,aGVsbG8=',
        outputType: 'resource',
      })
      const resource = packed.content.find(({ type }) => type === 'resource')?.resource as { blob: string } | undefined
      expect(new TextDecoder().decode(Bun.gunzipSync(Buffer.from(resource?.blob ?? '', 'base64')))).toBe('hello')
    })

    test('lists, reads and completes resources and prompts', async () => {
      const [resource] = await session.listResources(limits)
      expect(await session.readResource(String(resource?.uri), limits)).toHaveLength(1)
      expect((await session.listResourceTemplates(limits)).length).toBeGreaterThan(0)
      const prompts = (await session.listPrompts(limits)).map(({ name }) => name)
      expect(prompts).toContain('args-prompt')
      const prompt = await session.getPrompt('args-prompt', { city: 'Oslo' }, limits)
      expect(JSON.stringify(prompt.messages)).toContain('Oslo')
      const reference = { type: 'ref/prompt', name: 'completable-prompt' } as const
      const completion = await session.complete(reference, { name: 'department', value: 'E' }, limits)
      expect(completion.values).toContain('Engineering')
    })

    test('tells of updated resources and writes its log at the level that was asked for', async () => {
      const template = 'demo://resource/dynamic/text/1'
      await session.subscribe(template, limits)
      await session.setLogLevel('debug', limits)
      await call('toggle-subscriber-updates')
      await call('toggle-simulated-logging')
      await waitFor(() => updated.includes(template), { what: 'an updated resource' })
      await waitFor(() => logged.length > 0, { what: 'a line of its log' })
      await session.unsubscribe(template, limits)
      await session.ping(limits)
    })

    test('fails what is open with the reason when it is killed', async () => {
      const run = { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 2 } }
      const open = session.callTool(run, limits).catch((error: unknown) => error)
      await session.ping(limits)
      if (server) await server.kill()
      else process.kill(-(session.pid ?? 0), 'SIGKILL')
      const failure = await open
      expect(failure).toBeInstanceOf(McpConnectionLostError)
    })
  })
}
