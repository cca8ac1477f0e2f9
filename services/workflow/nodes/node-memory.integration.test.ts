import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, flow, model, node, output, ref, start } from '../test/build-flow.ts'

interface Message {
  role: string
  content: string
}

let workflow: Awaited<ReturnType<typeof startWorkflow>>
let asked: Message[][] = []
/** A model that counts its answers, or answers as it is told. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { messages } = (await request.json()) as { messages: Message[] }
    asked.push(messages)
    const text = messages.at(-1)?.content.startsWith('{') ? '{"category_name": "a"}' : `answer ${asked.length}`
    const chunk = { choices: [{ index: 0, delta: { content: text }, finish_reason: 'stop' }] }
    return new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    })
  },
})
const url = `http://127.0.0.1:${server.port}/v1/chat/completions`

beforeAll(async () => {
  workflow = await startWorkflow({ settings: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await server.stop(true)
})

const START = 'node-start::s'
const LLM = 'spark-llm::1'

const addFlow = async (param: object = {}): Promise<string> => {
  const asking = model('1', url, { param: { enableChatHistory: true, ...param } })
  const definition = flow(
    [start(), asking, end({ x: ref(LLM, 'output') }, '{{x}}')],
    [
      [START, LLM],
      [LLM, 'node-end::e'],
    ],
  )
  return (await workflow.json('POST /api/flows', { appId: 'alice', body: { name: 'Remembers', definition } })).id
}
const run = async (flowId: string, q: string, who: object = { uid: 'ann' }) => {
  const body = { flow_id: flowId, stream: false, parameters: { q }, ...who }
  const frame = await workflow.json('POST /workflow/v1/debug/chat/completions', { appId: 'alice', body })
  expect(frame.code).toBe(0)
  return asked.at(-1)?.map(({ content }) => content)
}

test('a node with history is told what it was asked and answered before, oldest first', async () => {
  const flowId = await addFlow()
  expect(await run(flowId, 'one')).toEqual(['one'])
  expect(await run(flowId, 'two')).toEqual(['one', 'answer 1', 'two'])
  expect(await run(flowId, 'three')).toEqual(['one', 'answer 1', 'two', 'answer 2', 'three'])
  expect(asked[1]?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('another user, another chat, another flow and callers without a name share nothing', async () => {
  const flowId = await addFlow()
  await run(flowId, 'one')
  expect(await run(flowId, 'two', { uid: 'bob' })).toEqual(['two'])
  expect(await run(flowId, 'three', { uid: 'ann', chat_id: 'c' })).toEqual(['three'])
  expect(await run(await addFlow(), 'four')).toEqual(['four'])
  await run(flowId, 'five', {})
  expect(await run(flowId, 'six', {})).toEqual(['six'])
})

test('rounds beyond ten, and beyond the share of the token limit, are forgotten', async () => {
  const flowId = await addFlow()
  for (let at = 0; at < 12; at += 1) await run(flowId, `q${at}`)
  const told = await run(flowId, 'last')
  expect(told).toHaveLength(21)
  expect(told?.[0]).toBe('q2')
  const kept = await workflow.database
    .client`select count(*)::int as n from workflow_node_history where flow_id = ${flowId}`
  expect(kept[0]?.n).toBe(10)

  const small = await addFlow({ maxTokens: 30 })
  await run(small, 'x'.repeat(10))
  await run(small, 'y'.repeat(10))
  expect(await run(small, 'now')).toEqual(['y'.repeat(10), expect.any(String), 'now'])
})

test('the history of the request wins over the kept one, and without the switch nothing is kept', async () => {
  const both = await addFlow({ enableChatHistoryV2: { isEnabled: true, rounds: 2 } })
  await run(both, 'one')
  expect(await run(both, 'two')).toEqual(['two'])
  const off = await addFlow({ enableChatHistory: false })
  await run(off, 'one')
  expect(await run(off, 'two')).toEqual(['two'])
})

test('a decision remembers as well', async () => {
  const decision = node('decision-making::d', {
    inputs: { q: ref(START, 'q') },
    outputs: [output('class')],
    param: {
      source: 'openai',
      domain: 'm',
      url,
      reasonMode: 1,
      enableChatHistory: true,
      intentChains: [
        { id: 'intent-one-of::1', name: 'a', description: 'a', intentType: 2 },
        { id: 'intent-one-of::2', name: 'rest', description: 'rest', intentType: 1 },
      ],
    },
  })
  const definition = flow(
    [start(), decision, end({ x: ref('decision-making::d', 'class') }, '{{x}}')],
    [
      [START, 'decision-making::d'],
      ['decision-making::d', 'node-end::e', 'intent-one-of::1'],
    ],
  )
  const added = await workflow.json('POST /api/flows', { appId: 'alice', body: { name: 'Decides', definition } })
  await run(added.id, 'one')
  await run(added.id, 'two')
  expect(asked[1]?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
  expect(asked[1]?.[2]?.content).toBe('{"category_name": "a"}')
})
