/** Agents with the real services behind their tools: a published flow, the handbook's knowledge base, and an MCP server. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { modelCalls, readFrames, tellFrames } from './tool-agent.ts'

interface OfferedTool {
  function: { name: string; parameters: { properties: Record<string, unknown> } }
}

let answer: Parameters<typeof startModelServer>[0] = () => modelWords('')
const models = startModelServer((request, asked) => answer(request, asked))
let orrery: RunningOrrery

const headers = () => ({
  authorization: `Bearer ${orrery.rootKey}`,
  'x-consumer-username': 'starter',
  'content-type': 'application/json',
})

beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await models[Symbol.asyncDispose]()
})

const ask = async (plugin: object, question: string) => {
  const response = await fetch(`${orrery.url}/agent/v1/custom/chat/completions`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({
      model_config: { domain: 'm', api: models.url },
      messages: [{ role: 'user', content: question }],
      max_loop_count: 3,
      plugin,
    }),
  })
  return readFrames(await response.text())
}

/** Calls the only tool that is offered, then says what it said. */
const callTheTool =
  (input: (properties: string[]) => object): typeof answer =>
  ({ body }) => {
    const messages = body.messages as { role: string; content: string }[]
    const said = messages.findLast(({ role }) => role === 'tool')
    if (said) return modelWords(said.content)
    const [tool] = body.tools as OfferedTool[]
    if (!tool) throw new Error('no tool was offered')
    const { name, parameters } = tool.function
    return modelCalls({ name, input: input(Object.keys(parameters.properties)) })
  }

test('a published flow is a tool: its whole output is what the model reads', async () => {
  answer = callTheTool((properties) => Object.fromEntries(properties.map((name) => [name, 'hello from an agent'])))
  const frames = await ask({ workflow_ids: ['101'] }, 'Say hello.')
  expect(tellFrames(frames).at(-1)).toBe('stop 0')
  const call = frames[0]?.choices[0]?.delta.tool_calls?.[0]
  expect(call?.type).toBe('workflow')
  expect(JSON.parse(call?.function.response ?? '')).toMatchObject({ content: 'You said: hello from an agent' })
  expect(tellFrames(frames)[1]).toBe('content You said: hello from an agent')
})

test('a flow that is not there is code 40028', async () => {
  expect(tellFrames(await ask({ workflow_ids: ['999'] }, 'Hello.'))).toEqual(['stop 40028'])
})

test('a knowledge base is asked before the turn, and its passages come first', async () => {
  const bases = (await (await fetch(`${orrery.url}/api/bases`, { headers: headers() })).json()) as {
    bases: { id: string }[]
  }
  let system = ''
  answer = ({ body }) => {
    system = (body.messages as { content: string }[])[0]?.content ?? ''
    return modelWords('Four.')
  }
  const knowledge = [
    { name: 'handbook', description: '', top_k: 3, repo_type: 1, match: { repo_ids: [bases.bases[0]?.id] } },
  ]
  const frames = await ask({ knowledge }, 'What are the four promises of Orrery?')
  expect(tellFrames(frames)).toEqual(['knowledge knowledge', 'content Four.', 'stop 0'])
  const response = JSON.parse(frames[0]?.choices[0]?.delta.tool_calls?.[0]?.function.response ?? '') as {
    metadata_list: { chunk: { chunk_context: string }[] }[]
  }
  const passage = response.metadata_list[0]?.chunk[0]?.chunk_context ?? ''
  expect(passage.length).toBeGreaterThan(20)
  expect(system).toContain(passage.trim().slice(0, 60))
  expect(frames.at(-1)?.knowledge_metadata.length).toBeGreaterThan(0)
})

test('an MCP server at an address is a tool', async () => {
  await using server = startMcpServer()
  answer = callTheTool(() => ({ words: 'hi' }))
  const frames = await ask({ mcp_server_urls: [server.url] }, 'Echo hi.')
  expect(tellFrames(frames)).toEqual(['tool echo', 'content echo: hi', 'stop 0'])
  const call = frames[0]?.choices[0]?.delta.tool_calls?.[0]
  expect(JSON.parse(call?.function.response ?? '')).toMatchObject({
    code: 0,
    data: { content: [{ type: 'text', text: 'echo: hi' }] },
  })
})

/** A small server of the streamable HTTP transport, without sessions. */
const startMcpServer = () => {
  const results: Record<string, (params: { arguments?: { words?: string } }) => object> = {
    initialize: () => ({
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'echo', version: '1' },
    }),
    'tools/list': () => ({
      tools: [{ name: 'echo', description: 'Echoes.', inputSchema: { type: 'object', properties: { words: {} } } }],
    }),
    'tools/call': (params) => ({ content: [{ type: 'text', text: `echo: ${params.arguments?.words}` }] }),
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      if (request.method !== 'POST') return new Response(null, { status: 405 })
      const asked = (await request.json()) as { id?: number; method: string; params?: object }
      const result = results[asked.method]?.(asked.params ?? {})
      if (asked.id === undefined) return new Response(null, { status: 202 })
      return Response.json({ jsonrpc: '2.0', id: asked.id, result: result ?? {} })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/mcp`,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}
