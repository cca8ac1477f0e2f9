import { expect, test } from 'bun:test'
import { compile, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent } from '../test/run-in-memory.ts'
import { scriptedKind } from '../test/scripted-kind.ts'

const ID = 'variable-aggregator::v'
const FAIL = 'fail_one_of::1'

/** `text` is what a branch gives; `fail` makes it fail into its exception branch. */
const compileMerge = (options: {
  param?: Record<string, unknown>
  inputs?: Record<string, unknown>
  outputs?: Record<string, unknown>[]
  a?: unknown
  b?: unknown
}) => {
  const branch = (value: unknown) => () => {
    if (value === 'fail') throw new Error('broken')
    return { variables: value === null ? { output: null } : { output: value } }
  }
  const scripted = (id: string) =>
    node(`scripted::${id}`, {
      outputs: [output('output', { type: ['string', 'null'], default: 'initial' })],
      retry: { shouldRetry: true, errorStrategy: 2 },
    })
  return compile(
    flow(
      [
        start(),
        node('if-else::i', {
          inputs: { q: ref('node-start::s', 'q'), left: 'left' },
          param: {
            cases: [
              {
                id: 'branch_one_of::1',
                level: 1,
                logicalOperator: 'and',
                conditions: [{ leftVarIndex: 'id-q', rightVarIndex: 'id-left', compareOperator: 'is' }],
              },
              { id: 'branch_one_of::2', level: 999, logicalOperator: 'and', conditions: [] },
            ],
          },
        }),
        scripted('a'),
        scripted('b'),
        node(ID, {
          inputs: options.inputs ?? { a: ref('scripted::a', 'output'), b: ref('scripted::b', 'output') },
          outputs: options.outputs ?? [output('value', { type: ['string', 'array'], default: 'nothing' })],
          param: options.param ?? {},
        }),
      ],
      [
        ['node-start::s', 'if-else::i'],
        ['if-else::i', 'scripted::a', 'branch_one_of::1'],
        ['if-else::i', 'scripted::b', 'branch_one_of::1'],
        ['if-else::i', 'scripted::b', 'branch_one_of::2'],
        ['scripted::a', ID],
        ['scripted::b', ID],
        ['scripted::a', ID, FAIL],
        ['scripted::b', ID, FAIL],
      ],
    ),
    scriptedKind({ a: branch(options.a ?? 'from a'), b: branch(options.b === undefined ? 'from b' : options.b) }),
  )
}

const merge = async (options: Parameters<typeof compileMerge>[0], q = 'left') => {
  const events = await runInMemory({ plan: compileMerge(options), start: startEvent({ q }) })
  const end = events.find((event) => event.type === 'node-completed' && event.nodeId === ID)
  return end?.type === 'node-completed' ? end.variables : events.at(-1)
}

test('the first input whose node ran is the value, whatever initial values skipped ones have', async () => {
  expect(await merge({})).toEqual({ value: 'from a' })
  expect(await merge({}, 'right')).toEqual({ value: 'from b' })
})

test('the order of the inputs decides, not the order in which nodes ended', async () => {
  const inputs = { b: ref('scripted::b', 'output'), a: ref('scripted::a', 'output') }
  expect(await merge({ inputs })).toEqual({ value: 'from b' })
})

test('a node that failed into its exception branch gave nothing', async () => {
  expect(await merge({ a: 'fail' })).toEqual({ value: 'from b' })
})

test('an empty text is a value, null is none', async () => {
  expect(await merge({ a: '' })).toEqual({ value: '' })
  expect(await merge({ b: null }, 'right')).toEqual({ value: 'nothing' })
})

test('a literal is a value for the case that no branch gives one', async () => {
  const inputs = { a: ref('scripted::a', 'output'), z: 'otherwise' }
  expect(await merge({ inputs }, 'right')).toEqual({ value: 'otherwise' })
})

test('mode list gives all that there is, in the order of the inputs', async () => {
  expect(await merge({ param: { mode: 'list' } })).toEqual({ value: ['from a', 'from b'] })
  expect(await merge({ param: { mode: 'list' } }, 'right')).toEqual({ value: ['from b'] })
  expect(await merge({ param: { mode: 'list' }, b: null }, 'right')).toEqual({ value: [] })
})

test('groups say which inputs are for which output', async () => {
  const outputs = [output('x'), output('y')]
  const param = { groups: [{ output: 'y', inputs: ['b'] }] }
  expect(await merge({ outputs, param })).toEqual({ x: 'from a', y: 'from b' })
})

test.each([
  [{ mode: 'last' }, '/mode'],
  [{ groups: [{ output: 'other', inputs: ['a'] }] }, '/groups/0/output'],
  [{ groups: [{ output: 'value', inputs: ['c'] }] }, '/groups/0/inputs'],
  [{ groups: [{ output: 'value', inputs: [] }] }, '/groups/0/inputs'],
])('%j is refused when the flow is compiled', (param, field) => {
  expect(() => compileMerge({ param })).toThrow(`node ${ID}, nodeParam ${field}`)
})
