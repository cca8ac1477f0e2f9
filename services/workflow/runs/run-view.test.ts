import { expect, test } from 'bun:test'
import type { RunHeader } from '#shared/journal/journal.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { toRunView } from './run-view.ts'

const header: RunHeader = {
  id: '1',
  kind: 'workflow',
  appId: 'a',
  subjectId: '101',
  subjectVersion: 'hash',
  state: 'running',
  sequence: 0,
  attempts: 0,
  failure: undefined,
  cancelRequested: false,
  createdAt: new Date(0),
  finishedAt: undefined,
}
const completed = (nodeId: string, content = ''): RunEvent => ({
  type: 'node-completed',
  nodeId,
  inputs: {},
  outputs: {},
  errorOutputs: {},
  variables: {},
  content,
  reasoning: '',
  executedMs: 2,
})

test('the result is what output nodes have shown, in order, and nothing that a model said to itself', () => {
  const view = toRunView(header, [
    { type: 'node-started', nodeId: 'spark-llm::m' },
    { type: 'model-delta', nodeId: 'spark-llm::m', content: 'hidden', reasoning: '' },
    completed('spark-llm::m', 'hidden'),
    { type: 'node-started', nodeId: 'message::a' },
    { type: 'node-delta', nodeId: 'message::a', content: 'one ', reasoning: '', executedMs: 1 },
    completed('message::a', 'two '),
    completed('node-end::e', 'three'),
  ])
  expect(view.result.content).toBe('one two three')
})

test('nodes are listed in the order in which they started, with how they ended', () => {
  const view = toRunView(header, [
    { type: 'node-started', nodeId: 'spark-llm::b' },
    { type: 'node-started', nodeId: 'text-joiner::a' },
    completed('text-joiner::a'),
    { type: 'node-failed', nodeId: 'spark-llm::b', code: 20303, message: 'gone', executedMs: 5 },
    { type: 'run-failed', code: 20303, message: 'gone' },
  ])
  expect(view.nodes).toEqual([
    {
      nodeId: 'spark-llm::b',
      kind: 'spark-llm',
      state: 'failed',
      executedMs: 5,
      error: { code: 20303, message: 'gone' },
    },
    { nodeId: 'text-joiner::a', kind: 'text-joiner', state: 'completed', executedMs: 2 },
  ])
  expect(view.error).toEqual({ code: 20303, message: 'gone' })
})

test('what a sub-flow shows and does is that of its node alone', () => {
  const inside = { scope: 'flow::f~0' }
  const view = toRunView(header, [
    { type: 'node-started', nodeId: 'flow::f' },
    { ...inside, type: 'node-started', nodeId: 'node-end::e' },
    { ...inside, type: 'node-delta', nodeId: 'node-end::e', content: 'one ', reasoning: '', executedMs: 1 },
    { ...completed('node-end::e', 'two'), ...inside },
    completed('flow::f'),
    completed('node-end::e', 'one two'),
  ])
  expect(view.result.content).toBe('one two')
  expect(view.nodes.map(({ nodeId }) => nodeId)).toEqual(['flow::f', 'node-end::e'])
})

test('a run that the journal gave up shows why although no event says so', () => {
  const view = toRunView({ ...header, state: 'failed', failure: 'JOURNAL_GAP: event 3 is missing' }, [])
  expect(view.error?.message).toContain('JOURNAL_GAP')
})
