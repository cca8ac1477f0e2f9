import { expect, test } from 'bun:test'
import type { ChatModel, ChatRequest } from '#shared/models/chat-model.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { compile, end, flow, model, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../test/run-in-memory.ts'
import { serveMockModel } from '../test/serve-mock-model.ts'

const MODEL_ID = 'spark-llm::1'

interface Asked {
  param?: Record<string, unknown>
  outputs?: Record<string, unknown>[]
  url?: string
  inputs?: Record<string, unknown>
  history?: RunStarted['history']
  services?: ReturnType<typeof testServices>
}

const ask = async (asked: Asked) => {
  const plan = compile(
    flow(
      [
        start(),
        model('1', asked.url ?? '', {
          inputs: { q: ref('node-start::s', 'q'), ...asked.inputs },
          outputs: asked.outputs ?? [output('output')],
          param: asked.param ?? {},
        }),
        end({ x: ref(MODEL_ID, 'output') }, '{{x}}'),
      ],
      [
        ['node-start::s', MODEL_ID],
        [MODEL_ID, 'node-end::e'],
      ],
    ),
  )
  const events = await runInMemory({
    plan,
    start: { ...startEvent({ q: 'hi' }), history: asked.history ?? [] },
    services: asked.services ?? testServices(),
  })
  return {
    events,
    completed: events.find((event) => event.type === 'node-completed' && event.nodeId === MODEL_ID),
    last: events.at(-1),
  }
}

/** A saved model that answers with a text and remembers what it was asked. */
const savedModel = (text: string) => {
  const requests: ChatRequest[] = []
  const chat: ChatModel = {
    name: 'saved',
    async *stream(request) {
      requests.push(request)
      yield { type: 'text', text }
      yield { type: 'finish', reason: 'stop', usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 } }
    },
  }
  const services = testServices({
    models: {
      byName: async (name) => (name === 'saved' ? chat : undefined),
      inline: () => Promise.reject(new Error('no endpoint was given')),
    },
  })
  return { requests, services }
}

test('an endpoint in the node gets the rendered prompt, extra parameters, and no temperature', async () => {
  await using server = serveMockModel()
  const { completed } = await ask({
    url: server.url,
    inputs: { yes: true, none: '' },
    param: {
      template: '{{q}} {{yes}}{{none}}{{unknown}}',
      systemTemplate: 'be brief',
      temperature: 0.5,
      extraParams: { seed: 7 },
    },
  })
  expect(completed).toMatchObject({
    outputs: { output: 'Hello world' },
    rawOutput: 'Hello world',
    usage: { promptTokens: 3, completionTokens: 4, totalTokens: 7 },
  })
  expect(server.requests[0]).toMatchObject({
    model: 'm',
    seed: 7,
    messages: [
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'hi True {{unknown}}' },
    ],
  })
  expect(server.requests[0]).not.toHaveProperty('temperature')
})

test('without an address the saved model of that name is asked', async () => {
  const saved = savedModel('answer')
  const param = { source: 'xinghuo', model: 'other', domain: 'saved', temperature: 0.5, maxTokens: 99 }
  const { completed } = await ask({ services: saved.services, param })
  expect(completed).toMatchObject({ outputs: { output: 'answer' } })
  expect(saved.requests[0]).toMatchObject({ temperature: 0.5, maxTokens: 99 })
  const unknown = await ask({ services: saved.services, param: { model: 'missing', domain: '' } })
  expect(unknown.last).toMatchObject({ type: 'run-failed', code: 20303, message: expect.stringContaining('missing') })
})

test.each([
  ['wss://host/v3.5/chat', { apiSecret: 's' }, 'appId and apiKey'],
  ['https://host/v1', { appId: 'a', apiKey: 'k', apiSecret: 's' }, 'wss:'],
])('an address of Spark without what it wants fails with 20303: %s', async (url, keys, says) => {
  const { last } = await ask({ url, param: { apiKey: '', ...keys, source: 'xinghuo' } })
  expect(last).toMatchObject({ type: 'run-failed', code: 20303, message: expect.stringContaining(says) })
})

test('a refused request is 20380 and carries the provider’s reason', async () => {
  await using server = serveMockModel({ failure: () => 400 })
  const { last } = await ask({ url: server.url })
  expect(last).toMatchObject({ type: 'run-failed', code: 20380, message: expect.stringContaining('the mock refuses') })
})

test('thinking goes to its output, and the text to all others', async () => {
  await using server = serveMockModel({ reasoning: ['hm'] })
  const outputs = [output('output'), output('REASONING_CONTENT'), output('third')]
  const { completed } = await ask({ url: server.url, outputs })
  expect(completed).toMatchObject({ outputs: { output: 'Hello world', REASONING_CONTENT: 'hm', third: 'Hello world' } })
  await using plain = serveMockModel()
  expect((await ask({ url: plain.url, outputs })).completed).toMatchObject({
    outputs: { output: 'Hello world', REASONING_CONTENT: '', third: '' },
  })
})

test('a JSON answer fills the outputs by name, falsy values too, and is not streamed', async () => {
  const outputs = [
    output('output'),
    output('n', { type: 'integer', default: 5 }),
    output('flag', { type: 'boolean', default: true }),
  ]
  const fenced = 'Sure:\n```json\n{"output": "x", "n": 0, "flag": false}\n```'
  const { completed, events } = await ask({
    services: savedModel(fenced).services,
    param: { model: 'saved', source: 'xinghuo', respFormat: 2 },
    outputs,
  })
  expect(completed).toMatchObject({ outputs: { output: 'x', n: 0, flag: false } })
  const shown = events.flatMap((event) => (event.type === 'node-delta' && event.content !== '' ? [event.content] : []))
  expect(shown).toEqual(['x'])
  const broken = await ask({
    services: savedModel('no json').services,
    param: { model: 'saved', respFormat: 2 },
    outputs,
  })
  expect(broken.completed).toMatchObject({ outputs: { output: '', n: 5, flag: true } })
})

test('the conversation goes between system and question, as far as rounds and budget allow', async () => {
  const history: RunStarted['history'] = ['one', 'two', 'three'].flatMap((text) => [
    { role: 'user', content: text } as const,
    { role: 'assistant', content: `re ${text}` } as const,
  ])
  const saved = savedModel('x')
  const param = { model: 'saved', source: 'xinghuo', enableChatHistoryV2: { isEnabled: true, rounds: 2 } }
  await ask({ services: saved.services, history, param })
  await ask({ services: saved.services, history, param: { ...param, maxTokens: 30 } })
  await ask({ services: saved.services, history, param: { ...param, enableChatHistoryV2: { isEnabled: false } } })
  const asked = saved.requests.map((request) => request.messages.map((message) => message.content))
  expect(asked).toEqual([['two', 're two', 'three', 're three', 'hi'], ['three', 're three', 'hi'], ['hi']])
})
