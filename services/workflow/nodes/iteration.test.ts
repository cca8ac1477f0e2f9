import { expect, test } from 'bun:test'
import { iteration, iterationEnd, iterationStart } from '../test/build-container.ts'
import { end, flow, ref, start } from '../test/build-flow.ts'
import { refusalOf } from '../test/refusal-of.ts'

const ITERATION = 'iteration::1'
const FIRST = 'iteration-node-start::1'
const LAST = 'iteration-node-end::1'

const refusal = (param: Record<string, unknown>) => {
  const nodes = [
    start(),
    iteration('1', ['a'], { param }),
    iterationStart('1'),
    iterationEnd('1', { output: ref(FIRST, 'items') }),
    end({ x: ref(ITERATION, 'output') }),
  ]
  return refusalOf(
    flow(nodes, [
      ['node-start::s', ITERATION],
      [ITERATION, 'node-end::e'],
      [FIRST, LAST],
    ]),
  )
}

test.each([
  ['nothing said', {}],
  ['as many at once as there may be', { parallelism: 64 }],
  ['a number as text', { parallelism: '2' }],
  ['failing items as null', { itemErrors: 'null' }],
  ['failing items left out', { itemErrors: 'skip' }],
])('%s: the iteration compiles', (_, param) => {
  expect(refusal(param)).toBeUndefined()
})

test.each([
  ['nothing at once', { parallelism: 0 }, '/parallelism'],
  ['more at once than there may be', { parallelism: 65 }, '/parallelism'],
  ['one and a half at once', { parallelism: 1.5 }, '/parallelism'],
  ['a number in words', { parallelism: 'two' }, '/parallelism'],
  ['another treatment of failing items', { itemErrors: 'ignore' }, '/itemErrors'],
  ['a treatment in a list', { itemErrors: ['skip'] }, '/itemErrors'],
  ['a start of the body that is an object', { IterationStartNodeId: {} }, '/IterationStartNodeId'],
])('%s is refused with the node and the parameter', (_, param, field) => {
  expect(refusal(param)).toMatchObject({
    code: 20_102,
    message: expect.stringContaining(`node ${ITERATION}, nodeParam ${field}`),
  })
})

test('an iteration that does not say where its body starts, or says a node that is not there, has codes of its own', () => {
  expect(refusal({ IterationStartNodeId: undefined })?.code).toBe(22_101)
  expect(refusal({ IterationStartNodeId: '' })?.code).toBe(22_101)
  expect(refusal({ IterationStartNodeId: 'iteration-node-start::gone' })?.code).toBe(22_300)
})
