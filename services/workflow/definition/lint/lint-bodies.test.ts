import { expect, test } from 'bun:test'
import { iteration, iterationEnd, iterationStart } from '../../test/build-container.ts'
import { compile, type EdgeParts, end, flow, joiner, node, output, ref, start } from '../../test/build-flow.ts'
import { lintFlow } from './lint-flow.ts'

type Json = Record<string, unknown>

const START = 'node-start::s'
const END = 'node-end::e'
const lint = (protocol: unknown) => lintFlow(protocol, (checked) => void compile(checked))
/** `code node field`, which says all but the texts. */
const briefly = (protocol: unknown) =>
  lint(protocol).map(({ code, nodeId, field }) => `${code} ${nodeId} ${field}`.trim())

const FIRST = 'loop-node-start::1'
const LAST = 'loop-node-end::1'
const stateText = ref(FIRST, 'text')

/** start -> loop (over `text`) -> end; the body goes from its start through `nodes` as `edges` say. */
const looping = (
  parts: { outputs?: string[]; param?: Json; nodes?: Json[]; edges?: EdgeParts[]; last?: Json; reads?: Json } = {},
) =>
  flow(
    [
      start(),
      node('loop::1', {
        inputs: { text: 'x' },
        outputs: (parts.outputs ?? ['text']).map((name) => output(name)),
        param: { LoopStartNodeId: FIRST, ...parts.param },
      }),
      node(FIRST, { outputs: [output('text'), output('index', { type: 'string' })] }),
      ...(parts.nodes ?? []),
      node(LAST, { inputs: parts.last ?? { text: stateText } }),
      end(parts.reads ?? { x: ref('loop::1', 'text') }),
    ],
    [[START, 'loop::1'], ['loop::1', END], ...(parts.edges ?? ([[FIRST, LAST]] as EdgeParts[]))],
  )

const overItems = (parts: { results: string[]; last: Json; edges?: EdgeParts[] }) =>
  flow(
    [
      start(),
      iteration('1', ['a'], { results: parts.results }),
      iterationStart('1'),
      iterationEnd('1', parts.last),
      end({}),
    ],
    [
      [START, 'iteration::1'],
      ['iteration::1', END],
      ...(parts.edges ?? ([['iteration-node-start::1', 'iteration-node-end::1']] as EdgeParts[])),
    ],
  )
const item = ref('iteration-node-start::1', 'items')

test('loops, iterations, called flows and waits without faults have no findings', () => {
  expect(
    briefly(looping({ param: { breakWhen: { conditions: [{ variable: 'text', compareOperator: 'empty' }] } } })),
  ).toEqual([])
  const counted = { last: { text: stateText, done: ref(FIRST, 'index') }, outputs: ['text', 'rounds', 'done'] }
  expect(briefly(looping(counted))).toEqual([])
  const calls = flow(
    [
      start(),
      node('flow::f', {
        inputs: { q: ref(START, 'q') },
        outputs: [output('content')],
        param: { flowId: '7', appId: 'a', uid: 'u' },
      }),
      node('wait::w', { inputs: { seconds: ref('flow::f', 'content') }, outputs: [output('at')] }),
      end({ x: ref('flow::f', 'content'), y: ref('wait::w', 'at') }),
    ],
    [
      [START, 'flow::f'],
      ['flow::f', 'wait::w'],
      ['wait::w', END],
    ],
  )
  expect(briefly(calls)).toEqual([])
})

test('a body whose end cannot be reached gives nothing', () => {
  expect(briefly(looping({ edges: [] }))).toEqual([`NODE_UNREACHABLE ${LAST}`, 'BODY_END_MISSING loop::1'])
  expect(briefly(overItems({ results: ['output'], last: { output: item }, edges: [] }))).toEqual([
    'NODE_UNREACHABLE iteration-node-end::1',
    'BODY_END_MISSING iteration::1',
    'RESULT_UNKNOWN iteration::1 outputs.0',
  ])
})

test('a body that ends at a break alone has an end', () => {
  const broken = looping({
    nodes: [node('loop-break::1', { inputs: { found: stateText } })],
    edges: [[FIRST, 'loop-break::1']],
    outputs: ['found'],
    reads: {},
  })
  expect(briefly(broken)).toEqual([`NODE_UNREACHABLE ${LAST}`])
})

test('outputs that no round gives are always empty', () => {
  expect(briefly(looping({ outputs: ['text', 'other'] }))).toEqual(['RESULT_UNKNOWN loop::1 outputs.1'])
  expect(briefly(overItems({ results: ['output', 'more'], last: { output: item } }))).toEqual([
    'RESULT_UNKNOWN iteration::1 outputs.1',
  ])
})

test('a loop that waits for a variable that it does not have never ends by it', () => {
  const conditions = [
    { variable: 'text', compareOperator: 'is', value: 'y' },
    { variable: 'index', compareOperator: 'is', value: '3' },
  ]
  expect(briefly(looping({ param: { breakWhen: { conditions } } }))).toEqual([
    'RESULT_UNKNOWN loop::1 nodeParam.breakWhen.conditions.1.variable',
  ])
})

test('from outside nobody can read into a body, and a body reads what is around it', () => {
  const around = looping({
    nodes: [joiner('w', { a: stateText, b: ref(START, 'q') }, '{{a}}{{b}}')],
    edges: [
      [FIRST, 'text-joiner::w'],
      ['text-joiner::w', LAST],
    ],
  })
  expect(briefly(around)).toEqual([])
  expect(briefly(looping({ reads: { x: stateText } }))).toEqual([`REFERENCE_NOT_EARLIER ${END} inputs.0`])
  const early = looping({ last: { text: ref('loop::1', 'text') } })
  expect(briefly(early)).toEqual([`REFERENCE_NOT_EARLIER ${LAST} inputs.0`])
})

test('branches that meet inside of a body are looked at too', () => {
  const cases = [1, 2].map((at) => ({
    ...{ id: `branch_one_of::${at}`, level: at === 2 ? 999 : 1, logicalOperator: 'and', conditions: [] },
  }))
  const branching = looping({
    nodes: [node('if-else::i', { param: { cases } }), joiner('a', {}, 'a'), joiner('b', {}, 'b')],
    edges: [
      [FIRST, 'if-else::i'],
      ['if-else::i', 'text-joiner::a', 'branch_one_of::1'],
      ['if-else::i', 'text-joiner::b', 'branch_one_of::2'],
      ['text-joiner::a', LAST],
      ['text-joiner::b', LAST],
    ],
    last: { text: ref('text-joiner::a', 'output') },
  })
  expect(briefly(branching)).toEqual([`MERGE_HAZARD ${LAST} inputs.0`])
})

test('every finding about a body says what to do', () => {
  const findings = [
    ...lint(looping({ edges: [], outputs: ['other'] })),
    ...lint(overItems({ results: ['x'], last: {} })),
  ]
  expect(findings.length).toBeGreaterThan(2)
  for (const { message, remedy } of findings) {
    expect(remedy.length).toBeGreaterThan(5)
    expect(message).not.toContain('undefined')
  }
})
