import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelDefinition } from '../fixtures/flow-definitions.ts'
import { startModelServer } from '../fixtures/model-server.ts'
import { type CallOptions, readFrames, startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
let model: ReturnType<typeof startModelServer>
/** A published flow whose model answers when the test wants it to. */
let modelFlow: string
const app = { appId: 'starter' }
const echo = { flowId: '101', parameters: { AGENT_USER_INPUT: 'hi' } }
const ask = () => ({ flowId: modelFlow, parameters: { AGENT_USER_INPUT: 'hi' } })

beforeAll(async () => {
  workflow = await startWorkflow({ settings: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
  model = startModelServer()
  const definition = modelDefinition({ model: 'slow', domain: 'slow', url: model.url, apiKey: 'key' })
  modelFlow = (await workflow.json('POST /api/flows', { ...app, body: { name: 'Model', definition } })).id
  await workflow.json('POST /v1/publish', { ...app, body: { flow_id: modelFlow, release_status: 1 } })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

const post = async (path: string, options: CallOptions = {}) => {
  const response = await workflow.call(`POST ${path}`, { ...app, ...options })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}
const untilState = (id: string, state: string) =>
  waitFor(
    async () => {
      const run = await workflow.json(`GET /api/runs/${id}`, app)
      return run.state === state && run
    },
    { what: `run ${id} to be ${state}` },
  )
const eventsOf = async (id: string) =>
  (await (await workflow.call(`GET /api/runs/${id}/events`, app)).text())
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? ''))

test('an accepted run reaches its end without anybody waiting for it', async () => {
  const { status, body } = await post('/api/runs', { body: echo })
  expect(status).toBe(202)
  expect(body).toMatchObject({ flowId: '101', appId: 'starter' })
  const run = await untilState(body.id, 'completed')
  expect(run).toMatchObject({ result: { content: 'You said: hi' }, mode: 'release', version: 'v1.0' })
})

test('one key and one body are one run, also when all ask at once', async () => {
  const headers = { 'idempotency-key': 'once' }
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('/api/runs', { body: echo, headers })))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
  const reordered = { parameters: echo.parameters, flowId: echo.flowId }
  expect(await post('/api/runs', { body: reordered, headers })).toMatchObject({ status: 200 })
  const runs = await workflow.database.client<
    { count: string }[]
  >`select count(*) from run where id = ${answers[0]?.body.id}`
  expect(runs[0]?.count).toBe('1')
})

test('a key with another body is refused, and another app’s key is its own', async () => {
  const headers = { 'idempotency-key': 'mine' }
  const first = await post('/api/runs', { body: echo, headers })
  const other = await post('/api/runs', { body: { ...echo, parameters: { AGENT_USER_INPUT: 'no' } }, headers })
  expect(other).toMatchObject({ status: 409, body: { code: 'WORKFLOW_IDEMPOTENCY_KEY_REUSED' } })
  const debug = { ...ask(), mode: 'debug' }
  const foreign = await post('/api/runs', { body: debug, headers, appId: 'other', role: 'root' })
  expect(foreign.status).toBe(202)
  expect(foreign.body.id).not.toBe(first.body.id)
  await post(`/api/runs/${foreign.body.id}/cancel`, { appId: 'other' })
})

test('a key whose run was never stored starts it under the id that it holds', async () => {
  const headers = { 'idempotency-key': 'died in between' }
  const first = await post('/api/runs', { body: echo, headers })
  await untilState(first.body.id, 'completed')
  await workflow.database.client`delete from journal where run_id = ${first.body.id}`
  await workflow.database.client`delete from run where id = ${first.body.id}`
  const second = await post('/api/runs', { body: echo, headers })
  expect(second).toMatchObject({ status: 202, body: { id: first.body.id } })
  await untilState(first.body.id, 'completed')
})

test('a key that is a day old starts a new run', async () => {
  const headers = { 'idempotency-key': 'old' }
  const first = await post('/api/runs', { body: echo, headers })
  await workflow.database.client`update run_keys set created_at = now() - interval '25 hours' where key = 'api:old'`
  const second = await post('/api/runs', { body: echo, headers })
  expect(second.status).toBe(202)
  expect(second.body.id).not.toBe(first.body.id)
})

test('what a flow refuses leaves neither a run nor a used key', async () => {
  const headers = { 'idempotency-key': 'refused' }
  expect((await post('/api/runs', { body: { ...echo, parameters: { nonsense: 1 } }, headers })).status).toBe(422)
  expect((await post('/api/runs', { body: { ...echo, flowId: '999' } })).body.code).toBe('WORKFLOW_FLOW_NOT_FOUND')
  expect((await workflow.call('POST /api/runs', { body: echo })).status).toBe(422)
  expect((await post('/api/runs', { body: echo, headers })).status).toBe(202)
})

test('a cancelled run stops asking its model and ends with an event that says so', async () => {
  const [asked, left] = [model.asked(), model.left()]
  const { body } = await post('/api/runs', { body: ask() })
  await waitFor(() => model.asked() > asked, { what: 'the model to be asked' })
  expect(await post(`/api/runs/${body.id}/cancel`, { appId: 'other' })).toMatchObject({ status: 404 })
  const cancelled = await post(`/api/runs/${body.id}/cancel`)
  expect([200, 202]).toContain(cancelled.status)
  const run = await untilState(body.id, 'cancelled')
  expect(run.error.code).toBe(22301)
  const states = run.nodes.map((node: { kind: string; state: string }) => [node.kind, node.state])
  expect(states).toContainEqual(['spark-llm', 'cancelled'])
  expect((await eventsOf(body.id)).at(-1)).toMatchObject({ type: 'run-cancelled', code: 22301 })
  await waitFor(() => model.left() > left, { what: 'the model call to be given up' })
  expect(await post(`/api/runs/${body.id}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } })
})

test('the stream of a cancelled run ends with one last frame', async () => {
  const asked = model.asked()
  const body = { flow_id: modelFlow, uid: 'u', parameters: { AGENT_USER_INPUT: 'hi' } }
  const response = await workflow.call('POST /workflow/v1/chat/completions', { ...app, body })
  const frames = readFrames(response)
  await waitFor(() => model.asked() > asked, { what: 'the model to be asked' })
  model.say('half')
  await post(`/api/runs/${response.headers.get('x-orrery-run-id')}/cancel`)
  const last = (await frames).at(-1)
  expect(last).toMatchObject({ code: 22301, choices: [{ finish_reason: 'stop' }] })
  expect(last.message).toContain('cancelled')
})

test('a run that has ended is not cancelled any more', async () => {
  const { body } = await post('/api/runs', { body: echo })
  await untilState(body.id, 'completed')
  const late = await post(`/api/runs/${body.id}/cancel`)
  expect(late).toMatchObject({ status: 409, body: { code: 'WORKFLOW_RUN_ENDED' } })
  expect(late.body.detail).toContain('completed')
})

test('mocked nodes are not executed and later ones read their outputs', async () => {
  const asked = model.asked()
  const mocks = { 'spark-llm::answer': { output: 'mocked' } }
  const { body, status } = await post('/api/runs', { body: { ...ask(), mocks } })
  expect(status).toBe(202)
  expect((await untilState(body.id, 'completed')).result.content).toBe('mocked')
  expect(model.asked()).toBe(asked)
  for (const wrong of [{ 'node-end::end': {} }, { 'spark-llm::gone': {} }, { 'spark-llm::answer': { more: 1 } }]) {
    const refused = await post('/api/runs', { body: { ...ask(), mocks: wrong } })
    expect(refused).toMatchObject({ status: 422, body: { code: 'WORKFLOW_MOCK_INVALID' } })
  }
})

test('a fork takes over what its origin did and executes the rest again', async () => {
  const mocks = { 'spark-llm::answer': { output: 'first' } }
  const { body: origin } = await post('/api/runs', { body: { ...ask(), mocks } })
  await untilState(origin.id, 'completed')
  const { body: same } = await post(`/api/runs/${origin.id}/fork`, { body: { fromNodeId: 'node-end::end' } })
  expect((await untilState(same.id, 'completed')).result.content).toBe('first')
  const { body: mocked } = await post(`/api/runs/${origin.id}/fork`, {
    body: { mocks: { 'spark-llm::answer': { output: 'second' } } },
  })
  expect((await untilState(mocked.id, 'completed')).result.content).toBe('second')
  const asked = model.asked()
  const { body: again } = await post(`/api/runs/${origin.id}/fork`, { body: { fromNodeId: 'spark-llm::answer' } })
  await waitFor(() => model.asked() > asked, { what: 'the model to be asked again' })
  model.say('third')
  model.finish()
  expect((await untilState(again.id, 'completed')).result.content).toBe('third')
  const unknown = await post(`/api/runs/${origin.id}/fork`, { body: { fromNodeId: 'node-end::gone' } })
  expect(unknown).toMatchObject({ status: 422, body: { code: 'WORKFLOW_FORK_NODE_UNKNOWN' } })
  expect((await post(`/api/runs/${origin.id}/fork`, { body: {}, appId: 'other' })).status).toBe(404)
})
