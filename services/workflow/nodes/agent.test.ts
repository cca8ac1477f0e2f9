import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAgentClient } from '../clients/agent-client.ts'
import type { RunEvent, RunStarted } from '../engine/run-events.ts'
import { compile, end, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, shownText, startEvent, testServices } from '../test/run-in-memory.ts'

// biome-ignore lint/suspicious/noExplicitAny: a body of the wire
type Body = any

let directory: string
let gateway: { stop(force: boolean): Promise<void> }
let answer: () => Response | Promise<Response>
let asked: { appId: string | null; key: string | null; path: string; body: Body }[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agent-'))
  asked = []
  gateway = Bun.serve({
    unix: join(directory, 'gateway.sock'),
    async fetch(request) {
      const appId = request.headers.get('x-consumer-username')
      const key = request.headers.get('idempotency-key')
      asked.push({ appId, key, path: new URL(request.url).pathname, body: await request.json() })
      return answer()
    },
  })
})
afterEach(async () => {
  await gateway.stop(true)
  await rm(directory, { recursive: true, force: true })
})

const frame = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ code: 0, message: 'success', choices: [{ delta }], usage: null, ...more })}\n\n`
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
const STOP = `${frame({ content: null }, { usage: USAGE })}data: [DONE]\n\n`
const stream = (...parts: string[]) =>
  new Response(parts.join(''), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })

const ID = 'agent::a'
const PARAM = {
  appId: 'stranger',
  apiKey: 'k',
  apiSecret: 's',
  source: 'openai',
  modelConfig: { domain: 'gpt', api: 'http://models/v1/chat/completions' },
  instruction: { reasoning: 'think of {{q}}', answer: 'be short', query: 'Q: {{q}}' },
  plugin: {
    tools: ['tool@1', { tool_id: 'tool@2', version: 'V2.0' }],
    mcpServerUrls: ['http://mcp'],
    knowledge: [{ name: 'k', description: '', topK: 3, repoType: 1, match: { repoIds: ['r'] } }],
  },
  maxLoopCount: 4,
}

const compileAgent = (param: Record<string, unknown> = {}) =>
  compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { q: ref('node-start::s', 'q') },
          outputs: [output('output'), output('REASONING_CONTENT')],
          param: { ...PARAM, ...param },
        }),
        end({ x: ref(ID, 'output') }, '{{x}}'),
      ],
      [
        ['node-start::s', ID],
        [ID, 'node-end::e'],
      ],
    ),
  )

const run = async (
  options: { param?: Record<string, unknown>; past?: RunEvent[]; start?: Partial<RunStarted> } = {},
) => {
  const events = await runInMemory({
    plan: compileAgent(options.param),
    start: { ...startEvent({ q: 'hi' }), ...options.start },
    services: testServices({ agents: createAgentClient(join(directory, 'gateway.sock'), 'owner') }),
    past: options.past ?? [],
  })
  return { events, last: events.at(-1), completed: events.find((event) => isAgentsEnd(event)) }
}

const isAgentsEnd = (event: RunEvent) => event.type === 'node-completed' && event.nodeId === ID

test('an answer is shown as it comes; thinking and tool calls are the reasoning', async () => {
  const call = { index: 0, type: 'tool', function: { name: 'clock', arguments: '{}', response: '"noon"' } }
  answer = () =>
    stream(
      frame({ reasoning_content: 'hm' }),
      frame({ tool_calls: [call] }),
      frame({ content: 'It is ' }),
      frame({ content: 'noon' }),
      STOP,
    )
  const { events, last, completed } = await run()
  const chunks = events.flatMap((event) => (event.type === 'node-delta' && event.content ? [event.content] : []))
  expect(chunks).toEqual(['It is ', 'noon'])
  expect(completed).toMatchObject({ variables: { output: 'It is noon' }, usage: { totalTokens: 3 } })
  const reasoning = completed?.type === 'node-completed' ? completed.variables.REASONING_CONTENT : ''
  expect(reasoning).toBe('hm\n**clock**\n```json\n{}\n```\n```json\n"noon"\n```\n')
  expect(last).toMatchObject({ type: 'run-completed', usage: { totalTokens: 3 } })
})

test('the custom route gets the wire’s body, for the app that owns the flow', async () => {
  answer = () => stream(frame({ content: 'x' }), STOP)
  const history = [
    { role: 'user', content: 'before' },
    { role: 'assistant', content: 'yes' },
  ] as RunStarted['history']
  await run({ param: { enableChatHistoryV2: { isEnabled: true, rounds: 1 } }, start: { history } })
  expect(asked).toEqual([
    {
      appId: 'owner',
      key: '7:agent::a',
      path: '/agent/v1/custom/chat/completions',
      body: {
        model_config: { domain: 'gpt', api: 'http://models/v1', api_key: 'k' },
        instruction: { reasoning: 'think of hi', answer: 'be short' },
        plugin: {
          tools: [
            { tool_id: 'tool@1', version: 'V1.0' },
            { tool_id: 'tool@2', version: 'V2.0' },
          ],
          mcp_server_ids: [],
          mcp_server_urls: ['http://mcp'],
          workflow_ids: [],
          knowledge: [{ name: 'k', description: '', top_k: 3, repo_type: 1, match: { repo_ids: ['r'], doc_ids: [] } }],
        },
        uid: 'u1',
        messages: [...history, { role: 'user', content: 'Q: hi' }],
        meta_data: { caller: 'workflow-agent-node', caller_sid: 'sid' },
        stream: true,
        max_loop_count: 4,
      },
    },
  ])
})

test('values in an instruction are JSON, and an empty one is nothing', async () => {
  answer = () => stream(STOP)
  const instruction = { reasoning: '<{{e}}>', answer: '{{l}} {{other}}', query: '{{b}}' }
  const plan = compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { e: '', l: ['ü', 1], b: true },
          outputs: [output('output')],
          param: { ...PARAM, instruction },
        }),
        end({ x: ref(ID, 'output') }, '{{x}}'),
      ],
      [
        ['node-start::s', ID],
        [ID, 'node-end::e'],
      ],
    ),
  )
  const agents = createAgentClient(join(directory, 'gateway.sock'), 'owner')
  await runInMemory({ plan, start: startEvent({ q: '' }), services: testServices({ agents }) })
  expect(asked[0]?.body.instruction).toEqual({ reasoning: '<>', answer: '["ü", 1] {{other}}' })
  expect(asked[0]?.body.messages).toEqual([{ role: 'user', content: 'true' }])
})

test('a model of the original’s own source keeps its address and both keys', async () => {
  answer = () => stream(frame({ content: 'x' }), STOP)
  await run({ param: { source: 'xinghuo', modelConfig: { domain: 'rehearsal', api: '' } } })
  expect(asked[0]?.body.model_config).toEqual({ domain: 'rehearsal', api: '', api_key: 'k:s' })
})

test('a cut answer goes on behind what was shown, and thinks no second time in public', async () => {
  answer = () => stream(frame({ content: 'It is ' }), frame({ content: 'noon' }), STOP)
  const whole = await run()
  const firstToken = whole.events.findIndex((event) => event.type === 'model-delta')
  const past = whole.events.slice(0, firstToken + 1)
  answer = () => stream(frame({ reasoning_content: 'again' }), frame({ content: 'noon' }), STOP)
  const { events, completed } = await run({ past })
  expect(shownText([...past, ...events])).toBe('It is noon')
  expect(completed).toMatchObject({ variables: { output: 'It is noon', REASONING_CONTENT: '' } })
  expect(asked[1]?.body.messages.slice(0, 2)).toEqual([
    { role: 'user', content: 'Q: hi' },
    { role: 'assistant', content: 'It is ' },
  ])
  expect(asked[1]?.body.messages.at(-1).role).toBe('user')
})

test.each([
  ['a code in a frame', () => stream(frame({ content: null }, { code: 40500, message: 'broken,sid' })), '40500 broken'],
  ['an end without the last frame', () => stream(frame({ content: 'x' })), 'ended in its middle'],
  ['a frame that is no JSON', () => stream('data: {\n\n'), 'no JSON'],
  ['a frame of another shape', () => stream('data: {"code": "0"}\n\n'), 'unknown shape'],
  ['an invalid request', () => Response.json({ code: 40002, message: 'bad field' }), '40002 bad field'],
  ['no agent worker', () => Response.json({ detail: 'no worker' }, { status: 503 }), '503'],
])('%s is the wire’s 23700 with its reason', async (_, response, reason) => {
  answer = response
  const { last } = await run()
  expect(last).toMatchObject({ type: 'run-failed', code: 23700, message: expect.stringContaining(reason) })
})

test('a frame may be cut anywhere between two reads', async () => {
  const bytes = new TextEncoder().encode(frame({ content: '中文' }) + STOP)
  answer = () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  expect((await run()).completed).toMatchObject({ variables: { output: '中文' } })
})

test('a node without a query is refused when the flow is compiled', () => {
  expect(() => compileAgent({ instruction: { answer: 'x' } })).toThrow('instruction/query')
})
