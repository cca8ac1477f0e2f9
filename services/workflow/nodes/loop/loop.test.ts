import { expect, test } from 'bun:test'
import { end, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { refusalOf } from '../../test/refusal-of.ts'

const LOOP = 'loop::1'
const FIRST = 'loop-node-start::1'
const LAST = 'loop-node-end::1'

/** A loop whose body hands its state on as it is. */
const looping = (param: Record<string, unknown>) =>
  flow(
    [
      start(),
      node(LOOP, { inputs: { text: 'x' }, outputs: [output('text')], param: { LoopStartNodeId: FIRST, ...param } }),
      node(FIRST, { outputs: [output('text')] }),
      node(LAST, { inputs: { text: ref(FIRST, 'text') } }),
      end({ x: ref(LOOP, 'text') }),
    ],
    [
      ['node-start::s', LOOP],
      [LOOP, 'node-end::e'],
      [FIRST, LAST],
    ],
  )

const refusal = (param: Record<string, unknown>) => refusalOf(looping(param))

test.each([
  ['no limit said', {}],
  ['one round', { maxRounds: 1 }],
  ['the most rounds', { maxRounds: 10_000 }],
  ['rounds as text', { maxRounds: '7' }],
  ['no condition', { breakWhen: {} }],
  ['a condition without a value', { breakWhen: { conditions: [{ variable: 'text', compareOperator: 'empty' }] } }],
])('%s: the loop compiles', (_, param) => {
  expect(refusal(param)).toBeUndefined()
})

const condition = { variable: 'text', compareOperator: 'is', value: 'x' }
test.each([
  ['no start of the body', { LoopStartNodeId: undefined }, '/LoopStartNodeId'],
  ['an empty start of the body', { LoopStartNodeId: '' }, '/LoopStartNodeId'],
  ['a start of the body that is an object', { LoopStartNodeId: {} }, '/LoopStartNodeId'],
  ['no rounds', { maxRounds: 0 }, '/maxRounds'],
  ['rounds below zero', { maxRounds: -1 }, '/maxRounds'],
  ['more rounds than there may be', { maxRounds: 10_001 }, '/maxRounds'],
  ['half a round', { maxRounds: 1.5 }, '/maxRounds'],
  ['rounds in words', { maxRounds: 'many' }, '/maxRounds'],
  ['null rounds', { maxRounds: null }, '/maxRounds'],
  ['a condition that is a text', { breakWhen: 'text is x' }, '/breakWhen'],
  ['conditions without a list', { breakWhen: { conditions: condition } }, '/breakWhen/conditions'],
  ['conditions joined by xor', { breakWhen: { logicalOperator: 'xor' } }, '/breakWhen/logicalOperator'],
  [
    'a condition on nothing',
    { breakWhen: { conditions: [{ ...condition, variable: '' }] } },
    '/breakWhen/conditions/0/variable',
  ],
  [
    'an unknown comparison',
    { breakWhen: { conditions: [condition, { ...condition, compareOperator: 'like' }] } },
    '/breakWhen/conditions/1/compareOperator',
  ],
])('%s is refused with the node and the parameter', (_, param, field) => {
  expect(refusal(param)).toMatchObject({
    code: 20_102,
    message: expect.stringContaining(`node ${LOOP}, nodeParam ${field}`),
  })
})

test('a body that starts at a node that is not there is refused as an iteration is', () => {
  expect(refusal({ LoopStartNodeId: 'loop-node-start::gone' })).toMatchObject({
    code: 22_300,
    message: expect.stringContaining('loop-node-start::gone'),
  })
})

test('a body cannot start outside of it', () => {
  for (const outside of [LOOP, 'node-start::s', 'node-end::e']) {
    expect(refusal({ LoopStartNodeId: outside })?.message).toContain(outside)
  }
})
