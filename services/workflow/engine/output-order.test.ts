import { expect, test } from 'bun:test'
import { createOutputOrder } from './output-order.ts'
import type { RunEvent } from './run-events.ts'

const started = (nodeId: string): RunEvent => ({ type: 'node-started', nodeId })
const delta = (nodeId: string, content: string): RunEvent => ({
  type: 'node-delta',
  nodeId,
  content,
  reasoning: '',
  executedMs: 0,
})
const completed = (nodeId: string): RunEvent => ({
  type: 'node-completed',
  nodeId,
  inputs: {},
  outputs: {},
  errorOutputs: {},
  variables: {},
  content: '',
  reasoning: '',
  executedMs: 0,
})

test('the first node to start is passed on at once, later ones are held until it ends', () => {
  const order = createOutputOrder()
  expect(order.push('1', started('a'))).toHaveLength(1)
  expect(order.push('2', started('b'))).toHaveLength(0)
  expect(order.push('2', completed('b'))).toHaveLength(0)
  expect(order.push('3', started('c'))).toHaveLength(0)
  expect(order.push('3', delta('c', 'x'))).toHaveLength(0)
  expect(order.push('1', delta('a', 'y'))).toHaveLength(1)
  // a ends: all of b, which ended meanwhile, and what c has so far.
  expect(order.push('1', completed('a')).map((event) => 'nodeId' in event && event.nodeId)).toEqual([
    'a',
    'b',
    'b',
    'c',
    'c',
  ])
  expect(order.push('3', delta('c', 'z'))).toHaveLength(1)
  expect(order.push('3', completed('c'))).toHaveLength(1)
  expect(order.push('4', started('d'))).toHaveLength(1)
})

test('after an interruption the node that was being shown stays first', () => {
  const order = createOutputOrder('2')
  expect(order.push('1', started('a'))).toHaveLength(0)
  expect(order.push('2', delta('b', 'x'))).toHaveLength(1)
  expect(order.push('2', completed('b'))).toHaveLength(2)
})
