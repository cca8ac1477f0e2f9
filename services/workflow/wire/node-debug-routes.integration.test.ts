import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, message, model, node, output, ref, start } from '../test/build-flow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const debug = (nodes: unknown[], path = '/workflow/v1/node/debug') =>
  workflow.json(`POST ${path}`, { appId: 'alice', body: { id: '1', name: 'x', data: { nodes, edges: [] } } })

const joiner = (parts: object = {}) =>
  node('text-joiner::1', {
    inputs: { who: 'you' },
    outputs: [output('output')],
    param: { mode: 0, prompt: 'Hello {{who}}' },
    ...parts,
  })

test.each([
  '/workflow/v1/node/debug',
  '/workflow/v1/node/debug/',
  '/sparkflow/v1/node/debug',
  '/sparkflow/v1/node/debug/',
])('%s executes one node with its literal inputs', async (path) => {
  const second = node('rocket::1')
  expect(await debug([joiner(), second], path)).toEqual({
    code: 0,
    message: 'success',
    data: {
      node_id: 'text-joiner::1',
      alias_name: 'text-joiner::1',
      node_type: 'text-joiner',
      input: '{"who": "you"}',
      raw_output: '',
      output: '{"output": "Hello you"}',
      node_exec_cost: expect.stringMatching(/^\d+\.\d{3}$/),
      token_cost: { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 },
    },
    sid: expect.any(String),
  })
})

test('start, end and message nodes can be tried, and a model tells its raw answer and its cost', async () => {
  expect((await debug([node('node-start::s', { outputs: [output('q')] })])).data.input).toBe('{"q": ""}')
  expect((await debug([end({ x: 'hi' }, 'So: {{x}}')])).data.output).toBe('{"x": "hi"}')
  expect((await debug([message('m', { x: 'hi' }, '{{x}}')])).code).toBe(0)
  const asked = model('1', '', { inputs: { q: 'Hello' }, param: { domain: 'rehearsal', url: '' } })
  const { data } = await debug([asked])
  expect(data.raw_output).not.toBe('')
  expect(JSON.parse(data.output)).toEqual({ output: data.raw_output })
  expect(data.token_cost.total_tokens).toBeGreaterThan(0)
})

test('a node that fails has its own code and is neither tried again nor rescued by its error handling', async () => {
  const code = node('ifly-code::1', {
    outputs: [output('x')],
    param: { codeLanguage: 'python', code: 'x = 1', appId: 'a', uid: 'u' },
    retry: { should_retry: true, max_retries: 3, error_strategy: 1, custom_output: { x: 'rescued' } },
  })
  expect(await debug([code])).toMatchObject({ code: 21601 })
  const splits = joiner({ param: { mode: 1, separator: '' }, outputs: [output('output', { type: 'array' })] })
  expect(await debug([splits])).toMatchObject({ code: 23500 })
  const reads = joiner({ inputs: { who: ref('node-start::s', 'q') } })
  expect(await debug([reads])).toMatchObject({ code: 20600 })
})

test('a node that cannot be compiled is refused: unknown kinds are 22101, other faults 21700, a faulty body 460', async () => {
  expect(await debug([node('rocket::1')])).toMatchObject({ code: 22101, message: expect.stringContaining('rocket') })
  expect(await debug([node('message::1', { param: {} })])).toMatchObject({ code: 21700 })
  expect(await debug([{ ...joiner(), id: 'text-joiner' }])).toMatchObject({ code: 21700 })
  expect(await debug([])).toMatchObject({ code: 460, message: expect.stringContaining('body->data->nodes') })
  expect(await debug([start(), start()].slice(0, 1))).toMatchObject({ code: 22500 })
})
