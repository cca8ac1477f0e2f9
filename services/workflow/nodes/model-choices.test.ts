import { describe, expect, test } from 'bun:test'
import type { ChatDelta, ChatModel, ChatRequest } from '#shared/models/chat-model.ts'
import { compile, end, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../test/run-in-memory.ts'

type Answer = string | { tool: string; arguments: string } | Error

/** A saved model that gives one answer and remembers what it was asked. */
const savedModel = (answer: Answer) => {
  const requests: ChatRequest[] = []
  const chat: ChatModel = {
    name: 'saved',
    async *stream(request): AsyncGenerator<ChatDelta> {
      requests.push(request)
      if (answer instanceof Error) throw answer
      if (typeof answer === 'string') yield { type: 'text', text: answer }
      else yield { type: 'tool-call', call: { id: '1', name: answer.tool, arguments: answer.arguments } }
      yield { type: 'finish', reason: 'stop', usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 } }
    },
  }
  const models = { byName: async () => chat, inline: () => Promise.reject(new Error('no endpoint was given')) }
  return { requests, services: testServices({ models }) }
}

const INTENTS = [
  { id: 'intent-one-of::a', name: '天气', description: 'about the weather', intentType: 2 },
  { id: 'intent-one-of::b', name: 'travel', description: 'about trips', intentType: 2 },
  { id: 'intent-one-of::d', name: 'else', description: 'anything else', intentType: 1 },
]

const decide = async (answer: Answer, param: Record<string, unknown> = {}) => {
  const { requests, services } = savedModel(answer)
  const id = 'decision-making::1'
  const toText = (name: string) =>
    node(`text-joiner::${name}`, { inputs: {}, outputs: [output('output')], param: { mode: 0, prompt: name } })
  const plan = compile(
    flow(
      [
        start(),
        node(id, {
          inputs: { Query: ref('node-start::s', 'q'), more: 'extra' },
          outputs: [output('class_name')],
          param: { model: 'saved', intentChains: INTENTS, ...param },
        }),
        ...['a', 'b', 'd'].map(toText),
        end({ name: ref(id, 'class_name') }, '{{name}}'),
      ],
      [
        ['node-start::s', id],
        ...INTENTS.map((intent) => [id, `text-joiner::${intent.id.at(-1)}`, intent.id] as [string, string, string]),
        ...['a', 'b', 'd'].map((name) => [`text-joiner::${name}`, 'node-end::e'] as [string, string]),
      ],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'will it rain?' }), services })
  const branches = events.flatMap((event) =>
    event.type === 'node-completed' && event.nodeId.startsWith('text-joiner') ? [event.nodeId.at(-1)] : [],
  )
  const completed = events.find((event) => event.type === 'node-completed' && event.nodeId === id)
  return { branches, completed, last: events.at(-1), request: requests[0] }
}

const JSON_MODES = [{ reasonMode: 1 }, { useFunctionCall: false }]

describe('decision-making', () => {
  const cases: [name: string, answer: Answer, param: Record<string, unknown>, result: string, branch: string][] = [
    ['a called function', { tool: 'intent_1', arguments: '{}' }, {}, '天气', 'a'],
    ['another called function', { tool: 'intent_2', arguments: '' }, {}, 'travel', 'b'],
    ['the default function', { tool: 'intent_3', arguments: '{}' }, {}, 'DEFAULT', 'd'],
    ['an unknown function', { tool: 'intent_9', arguments: '{}' }, {}, 'DEFAULT', 'd'],
    ['no function but the name', 'travel', {}, 'travel', 'b'],
    ['no function and no name', 'It may rain.', {}, 'DEFAULT', 'd'],
    ['a failing model', new Error('down'), {}, 'DEFAULT', 'd'],
    ['JSON', '{"category_name": "天气"}', { reasonMode: 1 }, '天气', 'a'],
    ['fenced JSON', '```json\n{"category_name": "travel"}\n```', { reasonMode: 1 }, 'travel', 'b'],
    ['JSON with an unknown name', '{"category_name": "x"}', { reasonMode: 1 }, 'DEFAULT', 'd'],
    ['broken JSON', '{"category_name":', { reasonMode: 1 }, 'DEFAULT', 'd'],
    ['a destination', '{"destination": "travel", "next_inputs": "x"}', { useFunctionCall: false }, 'travel', 'b'],
  ]
  test.each(cases)('%s decides the branch', async (...row) => {
    const [, answer, param, result, branch] = row
    const run = await decide(answer, param)
    expect(run.completed).toMatchObject({ variables: { class_name: result }, handle: `intent-one-of::${branch}` })
    expect(run.branches).toEqual([branch])
    expect(run.last).toMatchObject({ type: 'run-completed' })
  })

  test('functions have names that every provider takes, and tell their intent', async () => {
    const { request } = await decide({ tool: 'intent_1', arguments: '{}' })
    expect(request?.tools?.map((tool) => [tool.name, tool.description])).toEqual([
      ['intent_1', '天气: about the weather'],
      ['intent_2', 'travel: about trips'],
      ['intent_3', 'else: anything else'],
    ])
    expect(request?.messages.at(-1)).toEqual({ role: 'user', content: 'will it rain?' })
  })

  test('mode 1 sends all inputs and the rendered prefix as the wire orders them', async () => {
    const { request } = await decide('{}', { reasonMode: 1, promptPrefix: 'mind {{more}}' })
    const question = JSON.parse(request?.messages.at(-1)?.content ?? '')
    expect(question).toMatchObject({ input_text: 'will it rain?\nextra', classification_instructions: ['mind extra'] })
    expect(question.categories[0]).toEqual({
      category_id: 'intent-one-of::a',
      category_name: '天气',
      category_desc: 'about the weather',
    })
    expect(request?.tools).toBeUndefined()
  })

  test.each(JSON_MODES)('without functions (%j) none are offered', async (param) => {
    expect((await decide('{}', param)).request?.tools).toBeUndefined()
  })

  test('what the model cost is counted', async () => {
    expect((await decide('travel')).last).toMatchObject({ usage: { totalTokens: 3 } })
  })

  test('without a default intent nothing fitting fails the run', async () => {
    const { last } = await decide('x', { intentChains: INTENTS.slice(0, 2) })
    expect(last).toMatchObject({ type: 'run-failed', code: 22302 })
  })

  test('an intent without a name is refused when the flow is compiled', () => {
    const intentChains = [{ id: 'intent-one-of::a', name: '', description: 'x' }]
    expect(decide('x', { intentChains })).rejects.toThrow('intentChains/0/name')
  })
})

const extract = async (answer: Answer, param: Record<string, unknown> = {}) => {
  const { requests, services } = savedModel(answer)
  const id = 'extractor-parameter::1'
  const plan = compile(
    flow(
      [
        start(),
        node(id, {
          inputs: { text: ref('node-start::s', 'q') },
          outputs: [
            output('city', { type: 'string', description: 'where to' }, true),
            output('days', { type: 'integer', default: 1 }, true),
            output('tags', { type: 'array', items: { type: 'string' } }),
          ],
          param: { model: 'saved', ...param },
        }),
        end({ city: ref(id, 'city') }, '{{city}}'),
      ],
      [
        ['node-start::s', id],
        [id, 'node-end::e'],
      ],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'To Rome' }), services })
  const completed = events.find((event) => event.type === 'node-completed' && event.nodeId === id)
  return { completed, last: events.at(-1), request: requests[0] }
}

describe('extractor-parameter', () => {
  const values = '{"city": "Rome", "days": "3", "tags": ["sea"], "more": 1}'
  test.each([
    ['a function call', { tool: 'extractor_parameter', arguments: values }, {}],
    ['a JSON answer', values, { reasonMode: 1 }],
    ['a fenced answer', `\`\`\`json\n${values}\n\`\`\``, { reasonMode: 1 }],
    ['a text instead of a call', values, {}],
  ] as [string, Answer, Record<string, unknown>][])('%s fills the outputs', async (_, answer, param) => {
    const { completed } = await extract(answer, param)
    expect(completed).toMatchObject({ variables: { city: 'Rome', days: 3, tags: ['sea'] } })
  })

  test('what the text does not say gets the default', async () => {
    const { completed } = await extract({ tool: 'extractor_parameter', arguments: '{}' })
    expect(completed).toMatchObject({ variables: { city: '', days: 1, tags: [] } })
  })

  test.each([
    ['no JSON', 'Rome it is'],
    ['a list', '[1]'],
    ['cut arguments', { tool: 'extractor_parameter', arguments: '{"city": ' }],
    ['a value that cannot be converted', { tool: 'extractor_parameter', arguments: '{"days": "some"}' }],
  ] as [string, Answer][])('%s fails with 21900', async (_, answer) => {
    expect((await extract(answer)).last).toMatchObject({ type: 'run-failed', code: 21900 })
  })

  test('the function tells the outputs and which of them are required', async () => {
    const { request } = await extract({ tool: 'extractor_parameter', arguments: '{}' }, { instruction: 'Trips only.' })
    expect(request?.tools?.[0]?.parameters).toMatchObject({
      properties: { city: { type: 'string', description: 'where to' } },
      required: ['city', 'days'],
    })
    expect(request?.messages[0]?.content).toContain('Trips only.')
  })
})
