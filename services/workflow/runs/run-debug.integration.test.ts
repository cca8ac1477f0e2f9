import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelDefinition, questionDefinition } from '../fixtures/flow-definitions.ts'
import { type CallOptions, startWorkflow } from '../fixtures/start-workflow.ts'
import type { Span } from './trace-view.ts'

const TOKEN_MS = 5
let workflow: Awaited<ReturnType<typeof startWorkflow>>
const app = { appId: 'starter' }
const flows = { model: '', question: '' }

beforeAll(async () => {
  workflow = await startWorkflow({ settings: { ORRERY_REHEARSAL_TOKEN_MS: TOKEN_MS } })
  for (const [name, definition] of [
    ['model', modelDefinition()],
    ['question', questionDefinition()],
  ] as const) {
    flows[name] = (await workflow.json('POST /api/flows', { ...app, body: { name, definition } })).id
    await workflow.json('POST /v1/publish', { ...app, body: { flow_id: flows[name], release_status: 1 } })
  }
})
afterAll(() => workflow[Symbol.asyncDispose]())

const call = async (route: string, options: CallOptions = {}) => {
  const response = await workflow.call(route, { ...app, ...options })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}
const start = async (flowId: string): Promise<string> =>
  (await call('POST /api/runs', { body: { flowId, parameters: { AGENT_USER_INPUT: 'Ann' } } })).body.id
const untilState = (id: string, state: string) =>
  waitFor(
    async () => {
      const { body } = await call(`GET /api/runs/${id}`)
      return body.state === state && body
    },
    { what: `run ${id} to be ${state}` },
  )
const spansOf = async (id: string): Promise<Span[]> => (await call(`GET /api/runs/${id}/trace`)).body.spans
const span = (spans: readonly Span[], name: string) => spans.find((found) => found.name === name) as Span

test('a trace tells how long each node took and what the engine itself needed', async () => {
  const id = await start(flows.model)
  await untilState(id, 'completed')
  const spans = await spansOf(id)
  const [run, engine] = spans as [Span, Span]
  expect(run).toMatchObject({ kind: 'run', parentId: null, state: 'completed', startMs: 0 })
  expect(engine).toMatchObject({ kind: 'engine', parentId: 'run' })
  const model = span(spans, 'spark-llm::answer')
  expect(model).toMatchObject({ kind: 'node', parentId: 'run', state: 'completed', scope: '' })
  expect(model.durationMs).toBeGreaterThan(0)
  expect(model.startMs).toBeGreaterThanOrEqual(span(spans, 'node-start::start').startMs)
  expect(engine.durationMs).toBeGreaterThan(0)
  expect(engine.durationMs + model.durationMs).toBeLessThanOrEqual(run.durationMs + 0.01)
  for (const one of spans) {
    expect(one.queuedMs).toBeGreaterThanOrEqual(0)
    expect(one.startMs + one.durationMs).toBeLessThanOrEqual(run.durationMs + 0.01)
  }
})

test('the variables of a run are what its nodes read and gave', async () => {
  const id = await start(flows.model)
  await untilState(id, 'completed')
  const { nodes } = (await call(`GET /api/runs/${id}/variables`)).body
  expect(nodes.map((node: { nodeId: string }) => node.nodeId)).toEqual([
    'node-start::start',
    'spark-llm::answer',
    'node-end::end',
  ])
  expect(nodes[0]).toMatchObject({ variables: { AGENT_USER_INPUT: 'Ann' }, scope: '', branch: null })
  expect(nodes[1].variables.output).toContain('Ann')
})

test('a run that asks shows its question, is answered once, and goes on', async () => {
  const id = await start(flows.question)
  const { waits } = await untilState(id, 'waiting')
  expect(waits).toMatchObject([
    { nodeId: 'question-answer::ask', question: { type: 'direct', content: 'Which city, Ann?' } },
  ])
  const [{ eventId }] = waits
  const answer = { body: { eventId, type: 'resume', content: 'Paris' } }
  expect((await call(`POST /api/runs/${id}/resume`, { ...answer, appId: 'other' })).status).toBe(404)
  const elsewhere = await start(flows.question)
  expect((await call(`POST /api/runs/${elsewhere}/resume`, answer)).body.code).toBe('WORKFLOW_EVENT_UNKNOWN')
  expect((await call(`POST /api/runs/${id}/resume`, answer)).status).toBe(202)
  const run = await untilState(id, 'completed')
  expect(run).toMatchObject({ result: { content: 'City: Paris' }, waits: [] })
  expect((await call(`POST /api/runs/${id}/resume`, answer)).body.code).toBe('WORKFLOW_EVENT_UNKNOWN')
  const wait = (await spansOf(id)).find(({ kind }) => kind === 'wait')
  expect(wait).toMatchObject({ parentId: 'question-answer::ask', state: 'completed' })
  await untilState(elsewhere, 'waiting')
  // A run that waits may have ended before the answer is written.
  expect([200, 202]).toContain((await call(`POST /api/runs/${elsewhere}/cancel`)).status)
  expect(await untilState(elsewhere, 'cancelled')).toMatchObject({ waits: [], error: { code: 22301 } })
})

test('a fork of a run that asked does not ask again before the node that it begins at', async () => {
  const id = await start(flows.question)
  const [{ eventId }] = (await untilState(id, 'waiting')).waits
  await call(`POST /api/runs/${id}/resume`, { body: { eventId, content: 'Rome' } })
  await untilState(id, 'completed')
  const fork = (await call(`POST /api/runs/${id}/fork`, { body: { fromNodeId: 'node-end::end' } })).body.id
  expect((await untilState(fork, 'completed')).result.content).toBe('City: Rome')
})

test('another app reads neither trace nor variables', async () => {
  const id = await start(flows.model)
  for (const path of ['trace', 'variables']) {
    expect((await call(`GET /api/runs/${id}/${path}`, { appId: 'other' })).status).toBe(404)
  }
})
