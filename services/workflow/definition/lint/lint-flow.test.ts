import { expect, test } from 'bun:test'
import { compile, end, flow, joiner, message, node, output, ref, start } from '../../test/build-flow.ts'
import type { FindingCode } from './finding.ts'
import { lintFlow } from './lint-flow.ts'

const START = 'node-start::s'
const END = 'node-end::e'
const J = (id: string) => `text-joiner::${id}`
const lint = (protocol: unknown) => lintFlow(protocol, (checked) => void compile(checked))
/** `code node field`, which says all but the texts. */
const briefly = (protocol: unknown) =>
  lint(protocol).map(({ code, nodeId, field }) => `${code} ${nodeId} ${field}`.trim())
const only = (protocol: unknown, code: FindingCode) => lint(protocol).filter((finding) => finding.code === code)
const q = ref(START, 'q')
const echoEnd = end({ x: q }, '{{x}}')

const branching = (...edges: [string, string, string?][]) =>
  [
    node('if-else::i', {
      inputs: { l: q },
      param: {
        cases: [
          { id: 'branch_one_of::1', level: 1, logicalOperator: 'and', conditions: [] },
          { id: 'branch_one_of::2', level: 999, logicalOperator: 'and', conditions: [] },
        ],
      },
    }),
    [[START, 'if-else::i'], ...edges] as [string, string, string?][],
  ] as const

/** start -> branch -> a | b -> end, where the end reads what `reads` says. */
const merged = (reads: Record<string, unknown>) => {
  const [branch, edges] = branching(
    ['if-else::i', J('a'), 'branch_one_of::1'],
    ['if-else::i', J('b'), 'branch_one_of::2'],
    [J('a'), END],
    [J('b'), END],
  )
  return flow([start(), branch, joiner('a', {}, 'a'), joiner('b', {}, 'b'), end(reads, '')], edges)
}

test('a flow without faults has no findings', () => {
  expect(briefly(flow([start(), echoEnd], [[START, END]]))).toEqual([])
})

test('what does not compile is one error that names the node', () => {
  const [finding, ...others] = lint(flow([start(), message('m', {}, 'x'), echoEnd], [[START, END]]))
  expect(others).toEqual([])
  expect(finding).toMatchObject({ code: 'PROTOCOL_INVALID', severity: 'error', nodeId: 'message::m' })
  expect(lint(null)).toMatchObject([{ code: 'PROTOCOL_INVALID', nodeId: null }])
})

test('an unreachable node is a warning, a flow that ends nowhere an error', () => {
  expect(briefly(flow([start(), joiner('a', {}, ''), echoEnd], [[START, END]]))).toEqual([`NODE_UNREACHABLE ${J('a')}`])
  const endless = flow([start(), joiner('a', {}, '')], [[START, J('a')]])
  expect(lint(endless)).toMatchObject([{ code: 'END_MISSING', severity: 'error', nodeId: null }])
})

test('references that are unset, or lead to nodes or outputs that are not there, are errors', () => {
  const reading = (content: object) => flow([start(), end({ x: { ref: content } }, '{{x}}')], [[START, END]])
  expect(lint(reading({}))).toMatchObject([
    { code: 'REFERENCE_UNSET', severity: 'error', nodeId: END, field: 'inputs.0' },
  ])
  expect(lint(reading({ nodeId: 'message::gone', name: 'x' }))).toMatchObject([
    { code: 'REFERENCE_UNKNOWN', severity: 'error', message: expect.stringContaining('message::gone') },
  ])
  expect(briefly(reading({ nodeId: START, name: 'other' }))).toEqual([`REFERENCE_UNKNOWN ${END} inputs.0`])
  expect(briefly(reading({ nodeId: START, name: 'errorMessage' }))).toEqual([])
})

test('a path into an object is followed as far as its schema says what is there', () => {
  const shaped = node(START, {
    outputs: [
      output('o', {
        type: 'object',
        properties: { a: { type: 'array', items: { properties: { t: { type: 'string' } } } } },
      }),
      output('free', { type: 'object' }),
    ],
  })
  const reading = (name: string) => briefly(flow([shaped, end({ x: ref(START, name) }, '')], [[START, END]]))
  expect(reading('o.b')).toEqual([`REFERENCE_UNKNOWN ${END} inputs.0`])
  expect(reading('free.any.thing')).toEqual([])
  // The fixture declares every reference as a text: titles of all items are a list.
  expect(reading('o.a.t')).toEqual([`REFERENCE_TYPE ${END} inputs.0`])
})

test('a reference to a later node, to a parallel one or to the node itself is always empty', () => {
  const parallel = flow(
    [start(), joiner('a', { x: ref(J('b'), 'output') }, ''), joiner('b', { x: ref(J('b'), 'output') }, ''), echoEnd],
    [
      [START, J('a')],
      [START, J('b')],
      [J('a'), END],
      [J('b'), END],
    ],
  )
  expect(briefly(parallel)).toEqual([
    `REFERENCE_NOT_EARLIER ${J('a')} inputs.0`,
    `REFERENCE_NOT_EARLIER ${J('b')} inputs.0`,
  ])
})

test('an integer is a number, and nothing else is something else', () => {
  const typed = node(START, { outputs: [output('n', { type: 'integer' }), output('b', { type: 'boolean' })] })
  const reading = (type: string, name: string) => {
    const reader = end({ x: ref(START, name) }, '')
    ;(reader as { data: { inputs: { schema: { type: string } }[] } }).data.inputs[0]!.schema.type = type
    return briefly(flow([typed, reader], [[START, END]]))
  }
  expect(reading('number', 'n')).toEqual([])
  expect(reading('integer', 'n')).toEqual([])
  expect(reading('string', 'n')).toEqual([`REFERENCE_TYPE ${END} inputs.0`])
  expect(reading('integer', 'b')).toEqual([`REFERENCE_TYPE ${END} inputs.0`])
})

test('a node where branches meet that reads one of them is a hazard; one that reads each of them is not', () => {
  const a = ref(J('a'), 'output')
  const b = ref(J('b'), 'output')
  expect(briefly(merged({ x: a }))).toEqual([`MERGE_HAZARD ${END} inputs.0`])
  expect(only(merged({ x: a, y: q }), 'MERGE_HAZARD')).toMatchObject([{ field: 'inputs.0', severity: 'warning' }])
  expect(briefly(merged({ x: a, y: b }))).toEqual([])
  expect(briefly(merged({ x: q }))).toEqual([])
})

test('parallel branches that meet are no hazard, because all of them run', () => {
  const parallel = flow(
    [start(), joiner('a', {}, ''), joiner('b', {}, ''), end({ x: ref(J('a'), 'output') }, '')],
    [
      [START, J('a')],
      [START, J('b')],
      [J('a'), END],
      [J('b'), END],
    ],
  )
  expect(briefly(parallel)).toEqual([])
})

test('a node behind an exception branch and the normal one may read the errors, not the outputs of one of them', () => {
  const code = node('ifly-code::c', {
    outputs: [output('r')],
    param: { code: 'def main():\n    return {}', codeLanguage: 'python' },
    retry: { should_retry: true, error_strategy: 2 },
  })
  const meeting = (reads: Record<string, unknown>) =>
    briefly(
      flow(
        [start(), code, joiner('ok', {}, ''), end(reads, '')],
        [
          [START, 'ifly-code::c'],
          ['ifly-code::c', J('ok')],
          [J('ok'), END],
          ['ifly-code::c', END, 'intent_chain|fail_one_of::1'],
        ],
      ),
    )
  expect(meeting({ x: ref('ifly-code::c', 'errorMessage') })).toEqual([])
  expect(meeting({ x: ref(J('ok'), 'output') })).toEqual([`MERGE_HAZARD ${END} inputs.0`])
})

test('branches without edges, edges without branches and exception branches that lead nowhere are warned of', () => {
  const [branch, edges] = branching(
    ['if-else::i', END, 'intent_chain|branch_one_of::1'],
    ['if-else::i', END, 'branch_one_of::9'],
  )
  expect(briefly(flow([start(), branch, echoEnd], edges))).toEqual([
    'BRANCH_WITHOUT_EDGE if-else::i nodeParam.cases.1',
    'HANDLE_UNKNOWN if-else::i',
  ])
  const failing = (retry: object, handle: string) => {
    const code = node('ifly-code::c', { param: { code: 'x', codeLanguage: 'python' }, retry: { ...retry } })
    return briefly(
      flow(
        [start(), code, echoEnd],
        [
          [START, 'ifly-code::c'],
          ['ifly-code::c', END],
          ['ifly-code::c', END, handle],
        ],
      ),
    )
  }
  expect(failing({ shouldRetry: true, errorStrategy: 2 }, '')).toEqual([
    'EXCEPTION_WITHOUT_EDGE ifly-code::c retryConfig',
  ])
  expect(failing({}, 'fail_one_of::1')).toEqual(['EXCEPTION_EDGE_UNUSED ifly-code::c retryConfig'])
})

test('placeholders that name no input are found in every template of a node', () => {
  const asked = node('spark-llm::l', {
    inputs: { q },
    outputs: [output('output')],
    param: { template: '{{q}} {{other}}', systemTemplate: '{{role.name}}', remark: '{{not a template}} {{x}}' },
  })
  const protocol = flow(
    [start(), asked, echoEnd],
    [
      [START, 'spark-llm::l'],
      ['spark-llm::l', END],
    ],
  )
  expect(briefly(protocol)).toEqual([
    'PLACEHOLDER_UNKNOWN spark-llm::l nodeParam.template',
    'PLACEHOLDER_UNKNOWN spark-llm::l nodeParam.systemTemplate',
  ])
})

test('two inputs of one name are warned of', () => {
  const twice = end({ x: q, y: q }, '')
  const { inputs } = (twice as { data: { inputs: { name: string }[] } }).data
  inputs[1]!.name = 'x'
  expect(briefly(flow([start(), twice], [[START, END]]))).toEqual([`NAME_TWICE ${END} inputs.1`])
})

test('every finding says what to do', () => {
  for (const finding of [...lint(merged({ x: { ref: {} }, y: ref(J('a'), 'output') })), ...lint(null)]) {
    expect(finding.remedy.length).toBeGreaterThan(5)
    expect(finding.message).not.toContain('undefined')
  }
})

test('a flow with thousands of branches is looked at within a few seconds', () => {
  const count = 1_500
  const branches = Array.from({ length: count }, (_, at) => ({ ...(branching()[0] as object), id: `if-else::i${at}` }))
  const ids = [START, ...branches.map(({ id }) => id), END]
  const edges = ids.slice(1).flatMap((id, at): [string, string, string][] => [
    [ids[at] ?? '', id, 'branch_one_of::1'],
    [ids[at] ?? '', id, 'branch_one_of::2'],
  ])
  expect(
    lint(flow([start(), ...branches, echoEnd] as never, edges)).every(({ severity }) => severity === 'warning'),
  ).toBe(true)
}, 120_000)
