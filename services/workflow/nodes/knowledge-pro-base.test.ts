import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKnowledgeAgentClient } from '../clients/knowledge-agent-client.ts'
import type { RunEvent, RunStarted } from '../engine/run-events.ts'
import { compile, end, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, shownText, startEvent, testServices } from '../test/run-in-memory.ts'

const ID = 'knowledge-pro-base::k'
const PARAM = {
  model: 'spark',
  url: 'https://models.example',
  domain: 'max',
  appId: 'a',
  apiKey: 'k',
  apiSecret: 's',
  repoIds: ['base'],
}

let directory: string
let gateway: { stop(force: boolean): Promise<void> }
let answer: () => Response | Promise<Response>
// biome-ignore lint/suspicious/noExplicitAny: a body of the wire
let asked: { appId: string | null; path: string; body: any }[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'knowledge-pro-'))
  asked = []
  gateway = Bun.serve({
    unix: join(directory, 'gateway.sock'),
    async fetch(request) {
      const appId = request.headers.get('x-consumer-username')
      asked.push({ appId, path: new URL(request.url).pathname, body: await request.json() })
      return answer()
    },
  })
})
afterEach(async () => {
  await gateway.stop(true)
  await rm(directory, { recursive: true, force: true })
})

const words = (content: string) => `data:${JSON.stringify({ content_type: 'answer', content })}\r\n\r\n`
const metadata = (content: unknown) => `data: ${JSON.stringify({ content_type: 'knowledge_metadata', content })}\n\n`
const DONE = 'data:[DONE]\n\n'
const stream = (...parts: string[]) =>
  new Response(parts.join(''), { headers: { 'content-type': 'text/event-stream' } })

const compileAnswer = (param: Record<string, unknown> = {}, retry: Record<string, unknown> = {}) =>
  compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { query: ref('node-start::s', 'q') },
          outputs: [output('output'), output('result', { type: 'array' })],
          param: { ...PARAM, ...param },
          retry,
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
  options: {
    param?: Record<string, unknown>
    retry?: Record<string, unknown>
    past?: RunEvent[]
    history?: RunStarted['history']
  } = {},
) => {
  const events = await runInMemory({
    plan: compileAnswer(options.param, options.retry),
    start: { ...startEvent({ q: 'why' }), history: options.history ?? [] },
    services: testServices({ knowledgeAgents: createKnowledgeAgentClient(join(directory, 'gateway.sock'), 'owner') }),
    past: options.past ?? [],
  })
  const completed = events.find((event) => event.type === 'node-completed' && event.nodeId === ID)
  return { events, completed, failed: events.find(({ type }) => type === 'node-failed') }
}

test('the answer is shown as it comes, and what it rests on is kept wherever it is told', async () => {
  answer = () => stream(': ping\n\n', metadata([{ doc: 1 }]), words('be'), metadata({ doc: 2 }), words('cause'), DONE)
  const { events, completed } = await run()
  expect(completed).toMatchObject({ variables: { output: 'because', result: [{ doc: 1 }, { doc: 2 }] } })
  expect(shownText(events)).toBe('because')
  expect(events.filter(({ type }) => type === 'model-delta')).toHaveLength(2)
})

test('the knowledge service gets the wire’s body, for the app that owns the flow', async () => {
  answer = () => stream(words('x'), DONE)
  await run({ param: { ragType: 2, repoType: 2, docIds: ['d'], repoTopK: 4, answerRole: 'a teacher', score: 0.3 } })
  expect(asked).toMatchObject([
    {
      appId: 'owner',
      path: '/knowledge/v1/agent/achat',
      body: {
        prompt: 'a teacher',
        rag: {
          type: 'CBG-RAG',
          mode: 'LongRAG',
          repo_id: ['base'],
          doc_id: ['d'],
          topN: 4,
          threshold: 0.3,
          llm: { app_id: 'a', base_url: 'https://models.example', model: 'max', max_token: 2048, top_k: 3 },
        },
        messages: [{ role: 'user', content: 'why' }],
        meta_data: { caller: 'workflow', caller_sid: 'sid' },
      },
    },
  ])
})

test('the question alone is asked: the conversation is not what an answer rests on', async () => {
  answer = () => stream(words('x'), DONE)
  const history: RunStarted['history'] = [
    { role: 'user', content: 'before' },
    { role: 'assistant', content: 'then' },
  ]
  await run({ param: { enableChatHistoryV2: { isEnabled: true, rounds: 3 } }, history })
  expect(asked[0]?.body.messages).toEqual([{ role: 'user', content: 'why' }])
})

test('a cut answer goes on behind what was shown', async () => {
  answer = () => stream(words('be'), words('cause'), DONE)
  const whole = await run()
  const past = whole.events.slice(0, whole.events.findIndex(({ type }) => type === 'model-delta') + 1)
  answer = () => stream(words('cause'), DONE)
  const { events, completed } = await run({ past })
  expect(completed).toMatchObject({ variables: { output: 'because' } })
  expect(shownText([...past, ...events])).toBe('because')
  expect(asked[1]?.body.messages[1]).toEqual({ role: 'assistant', content: 'be' })
})

test.each([
  ['a service that does not offer it', () => Response.json({ detail: 'x' }, { status: 404 }), 'does not offer'],
  ['a refusal', () => Response.json({ code: 10003, message: 'no such base' }), '10003 no such base'],
  ['a refusal in a frame', () => stream('data: {"code": 10009, "message": "broken"}\n\n'), '10009 broken'],
  ['an end without the last frame', () => stream(words('x')), 'ended in its middle'],
  ['a frame that is no JSON', () => stream('data: {\n\n'), 'no JSON'],
  ['no worker', () => Response.json({ detail: 'no worker' }, { status: 503 }), '503'],
])('%s is the wire’s 20500 with its reason', async (_, response, reason) => {
  answer = response
  expect((await run()).failed).toMatchObject({ code: 20500, message: expect.stringContaining(reason) })
})

test('a silence longer than the node’s timeout is the wire’s 20501', async () => {
  const silence = Promise.withResolvers<Response>()
  answer = () => silence.promise
  const { failed } = await run({ retry: { shouldRetry: true, timeout: 0.05 } })
  expect(failed).toMatchObject({ code: 20501, message: expect.stringContaining('no token within') })
  silence.resolve(new Response())
})

test('bases of documents need documents, which is the wire’s 20502', () => {
  expect(() => compileAnswer({ repoType: 2 })).toThrow('/docIds')
})

test.each([
  [{ repoIds: [] }, '/repoIds'],
  [{ apiKey: '' }, '/apiKey'],
  [{ topK: 7 }, '/topK'],
  [{ repoTopK: 6 }, '/repoTopK'],
  [{ ragType: 3 }, '/ragType'],
])('%j is refused when the flow is compiled', (param, field) => {
  expect(() => compileAnswer(param)).toThrow(`node ${ID}, nodeParam ${field}`)
})
