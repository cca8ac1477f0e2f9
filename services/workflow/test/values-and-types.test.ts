import { expect, test } from 'bun:test'
import type { RunEvent } from '../engine/run-events.ts'
import { compile, end, flow, joiner, message, model, node, output, ref } from './build-flow.ts'
import { runInMemory, shownText, startEvent } from './run-in-memory.ts'
import { serveMockModel } from './serve-mock-model.ts'

type Json = Record<string, unknown>
const START = 'node-start::s'
const END = 'node-end::e'
const anything = (...names: string[]) => node(START, { outputs: names.map((name) => output(name, {})) })

const run = async (nodes: Json[], edges: [string, string][], parameters: Json) =>
  runInMemory({ plan: compile(flow(nodes, edges)), start: startEvent(parameters) })

const lastOf = (events: readonly RunEvent[]) => events.at(-1)

/** What an end node shows of `v` by a template. */
const shown = async (template: string, v: unknown) => {
  const events = await run([anything('v'), end({ v: ref(START, 'v') }, template)], [[START, END]], { v })
  const last = lastOf(events)
  return last?.type === 'run-failed' ? last.code : shownText(events)
}

/** What a joiner makes of `v`. */
const joined = async (prompt: string, v: unknown) => {
  const events = await run(
    [anything('v'), joiner('j', { v: ref(START, 'v') }, prompt), end({ x: ref('text-joiner::j', 'output') }, '{{x}}')],
    [
      [START, 'text-joiner::j'],
      ['text-joiner::j', END],
    ],
    { v },
  )
  const last = lastOf(events)
  return last?.type === 'run-failed' ? last.code : shownText(events)
}

/** The prompt that a model gets. */
const prompted = async (template: string, v: unknown) => {
  await using server = serveMockModel()
  const asking = model('1', server.url, { inputs: { v: ref(START, 'v') }, param: { template } })
  const events = await run(
    [anything('v'), asking, end({ x: ref('spark-llm::1', 'output') }, '{{x}}')],
    [
      [START, 'spark-llm::1'],
      ['spark-llm::1', END],
    ],
    { v },
  )
  const last = lastOf(events)
  return last?.type === 'run-failed' ? last.code : server.requests[0]?.messages.at(-1)?.content
}

const nested = { 'a-b': [[{ c: 'x' }], []], ü: true, n: null }

test.each([
  ['{{v}}', 'text', 'text'],
  ['{{v}}', '', ''],
  ['{{v}}', true, 'true'],
  ['{{v}}', 1.5, '1.5'],
  ['{{v}}', { k: ['ü', null] }, '{"k": ["ü", null]}'],
  ['{{v.a-b[0][0].c}}', nested, 'x'],
  ['{{v.ü}}', nested, 'true'],
  ['{{v.missing}}', nested, 'null'],
  ['{{v.n}}', nested, 'null'],
  ['{{v[-1]}}', ['a', 'b'], '["a", "b"]'],
  ['{{v[1]}}', ['a', 'b'], 'b'],
  ['{{other}} {{ v }} {v} {{}}', 'x', '{{other}} {{ v }} {v} {{}}'],
] as const)('shown texts: %s of %j is %j', async (template, value, text) => {
  expect(await shown(template, value)).toBe(text)
  expect(await joined(template, value)).toBe(text)
})

test.each([
  ['{{v}}', 'text', 'text'],
  ['{{v}}', '', ' '],
  ['{{v}}', true, 'True'],
  ['{{v}}', { k: [1, null, "it's"] }, `{'k': [1, None, "it's"]}`],
  ['{{v[0]}}', ['a'], 'a'],
  ['{{other}}', 'x', '{{other}}'],
] as const)('prompts: %s of %j is %j', async (template, value, text) => {
  expect(await prompted(template, value)).toBe(text)
})

test('an index that is out of range is 20602 in shown texts and prompts', async () => {
  expect(await shown('{{v[2]}}', ['a'])).toBe(20602)
  expect(await joined('{{v[2]}}', ['a'])).toBe(20602)
  expect(await prompted('{{v[2]}}', ['a'])).toBe(20602)
  expect(await shown('{{v[0]}}', 'no array')).toBe(20602)
})

const read = async (schema: Json, value: unknown, name: string) => {
  const start = node(START, { outputs: [output('v', schema)] })
  const plan = compile(flow([start, end({ x: ref(START, name) })], [[START, END]]))
  const events = await runInMemory({ plan, start: startEvent(value === undefined ? {} : { v: value }) })
  const ended = events.find((event) => event.type === 'node-completed' && event.nodeId === END)
  const last = lastOf(events)
  return ended?.type === 'node-completed' ? ended.outputs.x : last?.type === 'run-failed' ? last.code : undefined
}

test.each([
  [{ type: 'string' }, ''],
  [{ type: 'number' }, 0],
  [{ type: 'integer' }, 0],
  [{ type: 'boolean' }, false],
  [{ type: 'array' }, []],
  [{ type: 'object' }, {}],
  [{ type: 'string', default: 'given' }, 'given'],
])('a variable of %j that nobody set holds %j', async (schema, initial) => {
  expect(await read(schema, undefined, 'v')).toEqual(initial)
})

test('a path is followed through objects, mapped over arrays, and empty where a key is missing', async () => {
  const item = { type: 'object', properties: { title: { type: 'string' }, n: { type: 'integer' } } }
  const schema = { type: 'object', properties: { results: { type: 'array', items: item }, one: item } }
  const value = { results: [{ title: 'a' }, { n: 2 }], one: { title: 't' } }
  expect(await read(schema, value, 'v.one.title')).toBe('t')
  expect(await read(schema, value, 'v.one.n')).toBe(0)
  expect(await read(schema, value, 'v.results.title')).toEqual(['a', ''])
  expect(await read(schema, {}, 'v.one.title')).toBe('')
  expect(await read(schema, value, 'v.unknown')).toBe(20600)
})

test('start inputs that do not fit are 22500 with the place of the fault', async () => {
  const start = node(START, { outputs: [output('n', { type: 'integer' }, true)] })
  const plan = compile(flow([start, end({ x: ref(START, 'n') })], [[START, END]]))
  for (const [parameters, place] of [
    [{ n: 'one' }, "['properties','n','type']"],
    [{ n: 1.5 }, "['properties','n','type']"],
    [{}, "['required']"],
    [{ n: 1, m: 2 }, "['additionalProperties']"],
  ] as const) {
    const last = lastOf(await runInMemory({ plan, start: startEvent(parameters) }))
    expect(last).toMatchObject({ type: 'run-failed', code: 22500, message: expect.stringContaining(`Field: ${place}`) })
  }
})

test('outputs of another type than declared are 20601 and name the node', async () => {
  const wrong = node('text-joiner::j', {
    inputs: { v: 'a' },
    outputs: [output('output', { type: 'integer' })],
    param: { mode: 0, prompt: '{{v}}' },
  })
  const events = await run(
    [anything('v'), wrong, end({ x: ref('text-joiner::j', 'output') })],
    [
      [START, 'text-joiner::j'],
      ['text-joiner::j', END],
    ],
    {},
  )
  expect(lastOf(events)).toMatchObject({ code: 20601, message: expect.stringContaining('text-joiner::j') })
})

test('two nodes of which one has the beginning of the other’s id keep their own schemas', async () => {
  const texts = (id: string, schema: Json, param: Json) =>
    node(id, { inputs: { v: 'a,b' }, outputs: [output('output', schema)], param })
  const events = await run(
    [
      anything('v'),
      texts('text-joiner::1', { type: 'string' }, { mode: 0, prompt: '{{v}}' }),
      texts('text-joiner::10', { type: 'array' }, { mode: 1, separator: ',' }),
      end({ a: ref('text-joiner::1', 'output'), b: ref('text-joiner::10', 'output') }),
    ],
    [
      [START, 'text-joiner::1'],
      ['text-joiner::1', 'text-joiner::10'],
      ['text-joiner::10', END],
    ],
    {},
  )
  expect(shownText(events)).toBe('{"a":"a,b","b":["a","b"]}')
})

test('a node that was not taken reads as empty, and a message shows inputs by name', async () => {
  const events = await run(
    [anything('v'), message('m', { v: ref(START, 'v'), l: ['x'] }, '{{v}}{{l}}'), end({ x: ref(START, 'v') }, '')],
    [
      [START, 'message::m'],
      ['message::m', END],
    ],
    { v: 'a' },
  )
  expect(shownText(events)).toStartWith('a["x"]')
})

const literal = (type: string, content: unknown) => {
  const reading = end({ x: 1 })
  const { inputs } = reading.data as { inputs: { schema: unknown }[] }
  if (inputs[0]) inputs[0].schema = { type, value: { type: 'literal', content } }
  const plan = compile(flow([anything('v'), reading], [[START, END]]))
  const [input] = plan.nodes[1]?.inputs ?? []
  return input?.from === 'literal' ? input.value : undefined
}

test.each([
  ['integer', '42', 42],
  ['integer', '-1_000', -1000],
  ['number', '1.5', 1.5],
  ['number', '1e3', 1000],
  ['number', 2, 2],
  ['array', '[1,2]', [1, 2]],
  ['array', "('a', True, None)", ['a', true, null]],
  ['object', "{'k':1}", { k: 1 }],
  ['object', '{"k": [true, null]}', { k: [true, null] }],
  ['boolean', 'false', false],
  ['boolean', 'False', false],
  ['boolean', 'no', true],
  ['boolean', '', true],
  ['boolean', 0, true],
  ['integer', true, true],
  ['string', '42', '42'],
  ['array', ['a'], ['a']],
] as const)('a literal of type %s: %j is %j', (type, content, value) => {
  expect(literal(type, content)).toEqual(value)
})
