import { expect, test } from 'bun:test'
import { compile, end, flow, joiner, message, node, output, ref, start } from '../test/build-flow.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { PROTOCOL_NODES_MAX } from './protocol-limits.ts'

const refusal = (json: unknown): { code: number; message: string } => {
  try {
    compile(json)
  } catch (error) {
    if (error instanceof FlowProtocolError) return error.wireResult('run')
    throw error
  }
  throw new Error('the flow was compiled')
}

const echoEnd = end({ x: ref('node-start::s', 'q') }, '{{x}}')
const echo = flow([start(), echoEnd], [['node-start::s', 'node-end::e']])
const withNode = (extra: Record<string, unknown>) => flow([start(), echoEnd, extra], [['node-start::s', 'node-end::e']])

test('an empty node list is 22100', () => {
  expect(refusal(flow([], [])).code).toBe(22100)
})

test('an unknown node type is 22101 and names the kind', () => {
  const result = refusal(withNode(node('rocket::1')))
  expect(result.code).toBe(22101)
  expect(result.message).toContain('rocket')
})

test('a duplicate id, an edge to nowhere and a missing start node are 22300', () => {
  expect(refusal(flow([start(), start()], [])).code).toBe(22300)
  expect(refusal(flow([start()], [['node-start::s', 'node-end::e']])).code).toBe(22300)
  expect(refusal(flow([start()], [['node-end::e', 'node-start::s']])).code).toBe(22300)
  expect(refusal(flow([echoEnd], [])).code).toBe(22300)
})

test('general faults take the code of the operation that found them', () => {
  const faulty = [
    flow([{ ...start(), id: 'no pattern' }], []),
    withNode(node('message::m', { param: {} })),
    withNode(node('if-else::i', { param: { cases: [] } })),
    withNode({ id: 'text-joiner::1' }),
    { data: { nodes: [start()] } },
    'no object',
    null,
  ]
  for (const json of faulty) expect(refusal(json).code).toBe(20100)
  try {
    compile(faulty[1])
  } catch (error) {
    const codes = (['add', 'update', 'build', 'run'] as const).map((operation) =>
      error instanceof FlowProtocolError ? error.wireResult(operation).code : 0,
    )
    expect(codes).toEqual([20102, 20104, 20101, 20100])
  }
})

test('a handle that is null is refused, numbers given as text are read', () => {
  const json = structuredClone(echo)
  json.data.edges[0]!.sourceHandle = null
  expect(refusal(json).code).toBe(20100)
  const lenient = withNode(
    node('knowledge-base::k', { param: { repoId: [], topN: 3, score: '0.2' }, retry: { timeout: '5' } }),
  )
  expect(() => compile(lenient)).not.toThrow()
})

test('compiling does not change the definition', () => {
  const json = withNode(node('knowledge-base::k', { param: { repoId: [], topN: 3 } }))
  const before = structuredClone(json)
  compile(json)
  expect(json).toEqual(before)
})

test('a cycle is refused and shown', () => {
  const cycle = flow(
    [start(), joiner('a', {}, ''), joiner('b', {}, ''), echoEnd],
    [
      ['node-start::s', 'text-joiner::a'],
      ['text-joiner::a', 'text-joiner::b'],
      ['text-joiner::b', 'text-joiner::a'],
      ['text-joiner::b', 'node-end::e'],
    ],
  )
  expect(refusal(cycle).message).toContain('text-joiner::a -> text-joiner::b -> text-joiner::a')
})

test('a message that cannot be reached is refused, another node is not', () => {
  expect(refusal(withNode(message('m', {}, 'x'))).code).toBe(20100)
  expect(compile(withNode(joiner('j', {}, 'x'))).nodes).toHaveLength(2)
})

test('a literal that cannot have its type is refused', () => {
  const json = withNode({
    ...node('text-joiner::1'),
    data: {
      nodeMeta: { nodeType: 't', aliasName: 'a' },
      inputs: [{ name: 'n', schema: { type: 'integer', value: { type: 'literal', content: 'import os' } } }],
      outputs: [],
    },
  })
  expect(refusal(json).code).toBe(20100)
})

test('wrong references are accepted: they fail the run, not the compilation', () => {
  const json = flow(
    [start(), end({ a: ref('nowhere::1', 'x'), b: ref('node-start::s', 'other') }, '{{a}}')],
    [['node-start::s', 'node-end::e']],
  )
  expect(
    compile(json)
      .nodes.at(-1)
      ?.inputs.map((input) => input.from),
  ).toEqual(['broken', 'broken'])
})

test('an unset reference may be stored', () => {
  const unset = structuredClone(echo) as unknown as {
    data: { nodes: { data: { inputs: { schema: { value: object } }[] } }[] }
  }
  unset.data.nodes[1]!.data.inputs[0]!.schema.value = { type: 'ref', content: {} }
  expect(compile(unset).nodes.at(-1)?.inputs[0]?.from).toBe('broken')
})

test('fixed outputs must be exactly the declared ones', () => {
  const withFixed = (custom_output: unknown, outputs = [output('list', { type: 'array' })]) =>
    withNode(
      node('knowledge-base::k', {
        outputs,
        param: { repoId: [] },
        retry: { shouldRetry: true, errorStrategy: 1, custom_output },
      }),
    )
  expect(refusal(withFixed({ list: 'text' })).code).toBe(22101)
  expect(refusal(withFixed({ list: [], more: 1 })).code).toBe(22101)
  expect(refusal(withFixed('{broken')).code).toBe(22101)
  expect(refusal(withFixed({ list: [1] }, [output('list', { type: 'array' }), output('other')])).code).toBe(22101)
  expect(refusal(withFixed({ list: [1] }, [output('list', { type: 'array', items: { type: 'string' } })])).code).toBe(
    22101,
  )
  expect(() => compile(withFixed('{"list": [1]}'))).not.toThrow()
  expect(() => compile(withFixed({}))).not.toThrow()
  expect(() =>
    compile(
      withFixed({ list: [1] }, [output('list', { type: 'array' }), output('n', { type: 'integer', default: 7 })]),
    ),
  ).not.toThrow()
})

test('handles lose their prefix, and exception edges are known', () => {
  const json = flow(
    [start(), joiner('a', {}, ''), joiner('b', {}, '')],
    [
      ['node-start::s', 'text-joiner::a', 'intent_chain|branch_one_of::1'],
      ['node-start::s', 'text-joiner::b', 'intent_chain|fail_one_of::2'],
    ],
  )
  const edges = compile(json).nodes[0]?.edges.map(({ handle, onFailure }) => ({ handle, onFailure }))
  expect(edges).toEqual([
    { handle: 'branch_one_of::1', onFailure: false },
    { handle: 'fail_one_of::2', onFailure: true },
  ])
})

test('the longest chain that may be sent compiles', () => {
  const count = PROTOCOL_NODES_MAX - 1
  const chain = Array.from({ length: count }, (_, index) => joiner(String(index), {}, 'x'))
  const edges = chain
    .slice(1)
    .map((_, index): [string, string] => [`text-joiner::${index}`, `text-joiner::${index + 1}`])
  const plan = compile(flow([start(), ...chain], [['node-start::s', 'text-joiner::0'], ...edges]))
  expect(plan.nodes).toHaveLength(count + 1)
})
