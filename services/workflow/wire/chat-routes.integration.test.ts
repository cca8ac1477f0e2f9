import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { echoDefinition, modelDefinition } from '../fixtures/flow-definitions.ts'
import { startModelServer } from '../fixtures/model-server.ts'
import { readFrames, shownText, startWorkflow } from '../fixtures/start-workflow.ts'

const FRAME_GAP_MS = 1000
const model = startModelServer()
let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow({
    settings: { ORRERY_RUN_FRAME_GAP_MS_MAX: FRAME_GAP_MS, ORRERY_OUTBOUND_ALLOW: '127.0.0.1' },
  })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

const CHAT = 'POST /workflow/v1/chat/completions'
const DEBUG = 'POST /workflow/v1/debug/chat/completions'
const parameters = { AGENT_USER_INPUT: 'hi' }

const addFlow = async (definition: object): Promise<string> => {
  const body = { name: 'Flow', data: definition, status: 1 }
  return (await workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', body })).data.flow_id
}
const chat = (route: string, flowId: string, body: object = {}) =>
  workflow.call(route, { appId: 'alice', body: { flow_id: flowId, parameters, ...body } })
const runOf = (response: Response) => workflow.json(`GET /api/runs/${response.headers.get('x-orrery-run-id')}`)

test('a release stream shows text and ends with one stop frame that carries the usage', async () => {
  const response = await workflow.call(CHAT, { appId: 'starter', body: { flow_id: '101', parameters } })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const frames = await readFrames(response)
  expect(shownText(frames)).toBe('You said: hi')
  expect(frames.map((frame) => frame.workflow_step.seq)).toEqual(frames.map((_, index) => index + 1))
  const last = frames.at(-1)
  expect(last.choices[0].finish_reason).toBe('stop')
  expect(last.usage).toEqual({ completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 })
  expect(frames.slice(0, -1).every((frame) => !frame.choices[0].finish_reason && !frame.usage)).toBe(true)
  expect((await runOf(response)).state).toBe('completed')
})

test('without streaming the whole answer is one object', async () => {
  const response = await workflow.call(CHAT, {
    appId: 'starter',
    body: { flow_id: '103', stream: false, parameters: { AGENT_USER_INPUT: 'oh hello' } },
  })
  expect(response.headers.get('x-orrery-run-id')).toMatch(/^\d+$/)
  const body = (await response.json()) as { choices: { delta: { content: string } }[]; workflow_step?: object }
  expect(body.choices[0]?.delta.content).toBe('Hello to you, too.')
  expect(body.workflow_step).toBeUndefined()
})

test('a debug run executes the draft and shows every node', async () => {
  const flowId = await addFlow(echoDefinition('draft: '))
  const frames = await readFrames(await chat(DEBUG, flowId))
  const ids = new Set(frames.map((frame) => frame.workflow_step.node?.id))
  expect([...ids]).toEqual(['flow_obj', 'node-start::start', 'node-end::end'])
  expect(frames.at(-1).workflow_step).toMatchObject({ seq: 0, progress: 1 })
})

test.each([
  ['a flow id that is no integer', { flow_id: 'abc' }, 20805],
  ['an unknown flow', { flow_id: '404' }, 20201],
  ['a flow that the app is not bound to', { flow_id: '101' }, 20004],
  ['an unknown parameter', { flow_id: 'own', parameters: { AGENT_USER_INPUT: 'x', other: 1 } }, 22500],
  ['a missing parameter', { flow_id: 'own', parameters: {} }, 22500],
])(
  '%s is answered by a whole frame as JSON, although a stream was asked for, and starts no run',
  async (_, body, code) => {
    const flowId = body.flow_id === 'own' ? await published() : body.flow_id
    const before = await workflow.json('GET /api/runs?limit=200', { appId: 'alice' })
    const response = await chat(CHAT, flowId, { ...body, flow_id: flowId })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(response.headers.get('x-orrery-run-id')).toBeNull()
    expect(await response.json()).toEqual({
      code,
      message: expect.any(String),
      id: expect.stringMatching(/^spf/),
      created: expect.any(Number),
      workflow_step: { node: null, seq: 0, progress: 1 },
      choices: [{ delta: { role: 'assistant', content: '', reasoning_content: '' }, index: 0, finish_reason: 'stop' }],
      usage: { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 },
      event_data: null,
    })
    expect(await workflow.json('GET /api/runs?limit=200', { appId: 'alice' })).toEqual(before)
  },
)

const published = async (): Promise<string> => {
  const flowId = await addFlow(echoDefinition())
  await workflow.json('POST /v1/publish', { appId: 'alice', body: { flow_id: flowId, release_status: 1 } })
  return flowId
}

test.each([
  ['malformed JSON', '{"flow_id"'],
  ['an array for an object', '{"flow_id":"101","parameters":[]}'],
  ['a uid that is too long', `{"flow_id":"101","parameters":{},"uid":"${'x'.repeat(41)}"}`],
  ['a role that does not exist', '{"flow_id":"101","parameters":{},"history":[{"role":"robot","content":""}]}'],
])('%s is answered by code 460 without choices', async (_, text) => {
  const response = await workflow.call(CHAT, { appId: 'alice', text })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    code: 460,
    message: expect.stringMatching(/^Parameter: body/),
    id: expect.any(String),
    created: expect.any(Number),
  })
})

test('a call for no app is refused by the name of the header', async () => {
  const body = await workflow.json(CHAT, { body: { flow_id: '101', parameters } })
  expect(body).toMatchObject({ code: 460, message: expect.stringContaining('header->x-consumer-username') })
})

test('an app cannot run the draft of another app', async () => {
  const flowId = await addFlow(echoDefinition())
  const body = { flow_id: flowId, parameters }
  expect((await workflow.json(DEBUG, { appId: 'mallory', body })).code).toBe(20201)
})

test('a run-time failure reaches a release client at once as the last frame', async () => {
  const flowId = await addFlow(modelDefinition({ model: 'no-such-model', domain: 'no-such-model' }))
  await workflow.json('POST /v1/publish', { appId: 'alice', body: { flow_id: flowId, release_status: 1 } })
  const response = await chat(CHAT, flowId)
  const last = (await readFrames(response)).at(-1)
  expect(last.code).toBe(20303)
  expect(last.choices[0].finish_reason).toBe('stop')
  expect(await runOf(response)).toMatchObject({ state: 'failed', error: { code: 20303 } })
})

test('after too long a silence the stream ends with code 20804 while the run goes on to its end', async () => {
  const flowId = await addFlow(modelDefinition({ url: model.url, apiKey: 'k' }))
  const response = await chat(DEBUG, flowId)
  const frames = await readFrames(response)
  expect(frames.at(-1)).toMatchObject({ code: 20804, choices: [{ finish_reason: 'stop' }] })
  expect(frames.at(-1).workflow_step).toBeUndefined()
  expect((await runOf(response)).state).toBe('running')

  model.say('late')
  model.finish()
  const run = await waitFor(
    async () => {
      const view = await runOf(response)
      return view.state === 'completed' && view
    },
    { what: 'the run to complete' },
  )
  expect(run.result.content).toBe('late')
})

test('a client that leaves does not cancel its run', async () => {
  const flowId = await addFlow(modelDefinition({ url: model.url, apiKey: 'k' }))
  const response = await chat(DEBUG, flowId)
  const reader = response.body?.getReader()
  await reader?.read()
  await waitFor(() => model.asked() === 1, { what: 'the model to be asked' })
  await reader?.cancel()
  model.say('to nobody')
  model.finish()
  const run = await waitFor(
    async () => {
      const view = await runOf(response)
      return view.state === 'completed' && view
    },
    { what: 'the run to complete' },
  )
  expect(run.result.content).toBe('to nobody')
})

test('a caller of a whole answer who leaves does not cancel its run either', async () => {
  const flowId = await addFlow(modelDefinition({ url: model.url, apiKey: 'k' }))
  const leaving = new AbortController()
  const answer = workflow.call(DEBUG, {
    appId: 'alice',
    body: { flow_id: flowId, parameters, stream: false },
    signal: leaving.signal,
  })
  await waitFor(() => model.asked() === 1, { what: 'the model to be asked' })
  leaving.abort()
  expect((await answer).status).toBe(499)
  model.say('to nobody')
  model.finish()
  const [run] = (await workflow.json('GET /api/runs?limit=1', { appId: 'alice' })).runs
  await waitFor(async () => (await workflow.json(`GET /api/runs/${run.id}`)).state === 'completed', {
    what: 'the run to complete',
  })
})

test('resuming when nothing waits is the original’s unknown event', async () => {
  for (const path of ['/workflow/v1/resume', '/workflow/v1/debug/resume']) {
    const body = { event_id: '7393258312345678849', content: 'B' }
    expect(await workflow.json(`POST ${path}`, { body })).toMatchObject({ code: 23900, event_data: null })
  }
})
