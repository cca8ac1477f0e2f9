import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createFlowClient } from '../../clients/flow-client.ts'
import { createGatewayClient } from '../../clients/gateway-client.ts'
import { newTurnState } from '../../loop/fold-turn.ts'
import type { PinnedTool } from '../../loop/pinned-tool.ts'
import { runTool } from '../../loop/run-tool.ts'
import { systemPrompt } from '../../loop/system-prompt.ts'
import { toFlowDefinition } from '../../toolbox/flow-definition.ts'
import { createToolRunner } from '../../toolbox/run-pinned-tool.ts'
import { createBuiltInToolbox } from '../../toolbox/toolbox.ts'
import { pinPlugins } from '../../turns/pin-plugins.ts'
import { createTurnSources } from '../../turns/turn-sources.ts'
import { aTurn } from '../a-turn.ts'
import { startFakeGateway } from '../fake-gateway.ts'

const GET = 'POST /sparkflow/v1/protocol/get'
const CHAT = 'POST /workflow/v1/chat/completions'
const signal = new AbortController().signal

let gateway: Awaited<ReturnType<typeof startFakeGateway>>
beforeEach(async () => {
  gateway = await startFakeGateway({})
})
afterEach(() => gateway[Symbol.asyncDispose]())

const flow = (fields: { name?: string; description?: string; nodes?: object[] } = {}) => ({
  code: 0,
  data: {
    id: 'f1',
    name: fields.name ?? 'weather',
    description: fields.description ?? 'Tells the weather.',
    data: {
      data: {
        nodes: fields.nodes ?? [
          { id: 'node-end::1', data: {} },
          {
            id: 'node-start::1',
            data: {
              outputs: [
                { name: 'city', schema: { type: 'string', description: 'Where' }, required: true },
                { name: 'days', schema: { type: 'integer' } },
              ],
            },
          },
        ],
      },
    },
  },
})
const frame = (fields: object, delta: object = {}) => ({
  code: 0,
  message: 'Success',
  id: 'sid',
  choices: [{ delta: { role: 'assistant', content: '', reasoning_content: '', ...delta }, index: 0, ...fields }],
})
const stream = (...frames: object[]) =>
  new Response(frames.map((part) => `data: ${JSON.stringify(part)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  })

const weather: PinnedTool = {
  definition: { name: 'weather', description: '', parameters: {} },
  hasEffect: true,
  reference: { kind: 'workflow', flowId: 'f1', version: '', name: 'weather' },
}
const run = (runMsMax = 5_000) => {
  const client = createGatewayClient(gateway.path)
  const flows = createFlowClient(client, { protocolMsMax: 5_000, runMsMax })
  const runner = createToolRunner({ ...createTurnSources(client), flows, toolbox: createBuiltInToolbox() })
  const call = { id: '1', name: 'weather', arguments: '{"city":"Hefei"}' }
  return runTool(
    runner,
    { tool: weather, call, onBrokenSource: 'fail' },
    { appId: 'a1', uid: 'u1', sid: 's', idempotencyKey: '7:0:0', now: new Date(), signal },
  )
}

test('pin 31: a flow is asked with the body and headers of the wire', async () => {
  gateway.answers[CHAT] = () => stream(frame({ finish_reason: 'stop' }))
  await run()
  const [asked] = gateway.asked
  expect(asked?.body).toEqual({
    messages: [],
    model: '',
    stream: true,
    flow_id: 'f1',
    uid: 'u1',
    parameters: { city: 'Hefei' },
    extra_body: { bot_id: 'workflow', caller: 'agent' },
  })
  expect(asked?.headers.get('x-consumer-username')).toBe('a1')
  expect(asked?.headers.get('idempotency-key')).toBe('7:0:0')
})

test('pin 32: all that a flow says is its result, and its tokens count', async () => {
  gateway.answers[CHAT] = () =>
    stream(frame({}, { reasoning_content: 'hm' }), frame({}, { content: 'Sunny' }), frame({}, { content: ', 20°' }), {
      ...frame({ finish_reason: 'stop' }),
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    })
  expect(await run()).toEqual({
    text: 'Sunny, 20°',
    failed: false,
    response: { content: 'Sunny, 20°', reasoning_content: 'hm' },
    usage: { promptTokens: 3, completionTokens: 4, totalTokens: 7 },
  })
})

test('pin 32: a chunk with another code is the result, for the model to read', async () => {
  gateway.answers[CHAT] = () => stream(frame({}, { content: 'half' }), { code: 1, message: 'broken', choices: [] })
  expect(await run()).toMatchObject({
    failed: true,
    text: 'The flow failed with code 1: broken',
    response: { code: 1, message: 'broken' },
  })
})

test('a flow that asks is told as one that cannot be answered here', async () => {
  gateway.answers[CHAT] = () =>
    stream({
      ...frame({ finish_reason: 'interrupt' }),
      event_data: { value: { type: 'direct', content: 'Which city?' } },
    })
  expect(await run()).toMatchObject({ failed: true, text: expect.stringContaining('Which city?') })
})

describe('pin 33: a flow that comes to no answer is code 40028', () => {
  test.each([
    ['no answer in time', () => new Promise<Response>(() => undefined)],
    [
      'silence in the middle',
      () =>
        new Response(
          new ReadableStream({
            start: (controller) =>
              controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(frame({}, { content: 'a' }))}\n\n`)),
          }),
        ),
    ],
    ['a stream that ends in its middle', () => stream(frame({}, { content: 'a' }))],
    ['a chunk without a code', () => stream({ choices: [] })],
    ['status 500', () => new Response('boom', { status: 500 })],
  ])('%s', async (_, answer) => {
    gateway.answers[CHAT] = answer
    await expect(run(100)).rejects.toMatchObject({ wireCode: 40028 })
    expect(gateway.asked).toHaveLength(1)
  })
})

test('pin 34: without a start node a flow keeps its name, and says that its parameters are unknown', () => {
  const definition = toFlowDefinition({ name: 'weather', description: 'd', nodes: [] })
  const tool = { ...weather, definition }
  const prompt = systemPrompt(aTurn({ tools: [tool] }), newTurnState(), { withTools: true, calling: 'react' })
  expect(prompt).toMatch(/tool_name:weather, tool_description:d, tool_parameters:.*unknown/)
  expect(toFlowDefinition({ name: '', description: '', nodes: [] })).toMatchObject({
    name: 'unknown',
    description: 'unknown workflow',
  })
})

const pinFlows = (flowIds: string[], onBrokenSource: 'fail' | 'degrade' = 'fail') =>
  pinPlugins(
    { sources: createTurnSources(createGatewayClient(gateway.path)) },
    { tools: [], mcpServerIds: [], mcpServerUrls: [], flowIds, knowledge: [] },
    { appId: 'a1', sid: 's', signal, question: '', onBrokenSource },
  )

test('what the start node gives out is what a flow takes', async () => {
  gateway.answers[GET] = () => flow()
  const { tools } = await pinFlows(['f1'])
  expect(gateway.asked[0]?.body).toEqual({ flow_id: 'f1' })
  expect(tools[0]).toEqual({
    definition: {
      name: 'weather',
      description: 'Tells the weather.',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', description: 'Where' }, days: { type: 'integer' } },
        required: ['city'],
      },
    },
    hasEffect: true,
    reference: { kind: 'workflow', flowId: 'f1', version: '', name: 'weather' },
  })
})

test('a name that providers refuse is changed for them alone', async () => {
  gateway.answers[GET] = () => flow({ name: '天气 report' })
  const { tools } = await pinFlows(['f1'])
  expect(tools[0]?.definition.name).toBe('_report')
  expect(tools[0]?.reference).toMatchObject({ name: '天气 report' })
})

test('a flow that is not there ends the wire’s turn with 40028, and is left out of others', async () => {
  gateway.answers[GET] = ({ body }) =>
    (body as { flow_id: string }).flow_id === 'f1' ? flow() : { code: 20201, message: 'no such flow' }
  await expect(pinFlows(['f1', 'f2'])).rejects.toMatchObject({ wireCode: 40028 })
  const { tools, unavailable } = await pinFlows(['f1', 'f2'], 'degrade')
  expect(tools).toHaveLength(1)
  expect(unavailable).toEqual(['The flow "f2" cannot be reached.'])
})

test('what was learned of a source a moment ago is not asked again', async () => {
  gateway.answers[GET] = () => flow()
  const sources = createTurnSources(createGatewayClient(gateway.path))
  const plugins = { tools: [], mcpServerIds: [], mcpServerUrls: [], flowIds: ['f1'], knowledge: [] }
  for (const appId of ['a1', 'a1', 'a2']) {
    await pinPlugins({ sources }, plugins, {
      appId,
      sid: 's',
      signal,
      question: '',
      onBrokenSource: 'fail',
    })
  }
  // What one app may read another may not.
  expect(gateway.asked.map(({ headers }) => headers.get('x-consumer-username'))).toEqual(['a1', 'a2'])
})
