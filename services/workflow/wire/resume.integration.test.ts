import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { readFrames, shownText, startWorkflow } from '../fixtures/start-workflow.ts'
import { question } from '../test/build-container.ts'
import { type EdgeParts, end, flow, node, output, ref } from '../test/build-flow.ts'

const START = 'node-start::s'
const END = 'node-end::e'
const CHAT = 'POST /workflow/v1/chat/completions'
const RESUME = 'POST /workflow/v1/resume'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

type Json = Record<string, unknown>

/** Publishes a flow of alice's that begins at `START`. */
const publish = async (nodes: Json[], edges: EdgeParts[]): Promise<string> => {
  const data = {
    ...flow([node(START, { outputs: [output('q')] }), ...nodes], edges),
    ...{ id: 'x', name: 'asks', version: 'v3.0.0' },
  }
  const added = await workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', body: { name: 'Asks', data } })
  const release = { flow_id: added.data.flow_id, release_status: 1, version: 'v1.0', data }
  expect((await workflow.json('POST /v1/publish', { appId: 'alice', body: release })).code).toBe(0)
  return added.data.flow_id
}

const ask = (text: string, param: Json = {}, id = '1'): Json => question(id, text, { param })
const path: EdgeParts[] = [
  [START, 'question-answer::1'],
  ['question-answer::1', END],
]
const oneQuestion = (param: Json = {}) =>
  publish([ask('Which city?', param), end({ x: ref('question-answer::1', 'content') }, 'City: {{x}}')], path)

const begin = async (flowId: string, body: Json = {}) => {
  const request = { flow_id: flowId, parameters: { q: 'hi' }, ...body }
  const response = await workflow.call(CHAT, { appId: 'alice', body: request })
  const frames = await readFrames(response)
  return { runId: response.headers.get('x-orrery-run-id') ?? '', frames, event: frames.at(-1)?.event_data }
}
const answer = (eventId: string, body: Json = {}, appId = 'alice') =>
  workflow.call(RESUME, { appId, body: { event_id: eventId, content: 'Paris', ...body } })
const stateOf = async (runId: string): Promise<string> => (await workflow.json(`GET /api/runs/${runId}`)).state

test('a question ends the stream, its run waits as a row, and the answer streams the rest with numbers of its own', async () => {
  const { runId, frames, event } = await begin(await oneQuestion())
  expect(frames).toHaveLength(1)
  expect(frames[0]).toMatchObject({
    workflow_step: { seq: 1, progress: 0.33 },
    choices: [{ delta: { content: '' }, finish_reason: 'interrupt' }],
    event_data: { event_type: 'interrupt', need_reply: false, value: { type: 'direct', content: 'Which city?' } },
  })
  expect(event.event_id).toMatch(/^\d+$/)
  await waitFor(async () => (await stateOf(runId)) === 'waiting', { what: 'the run to wait' })
  const rest = await readFrames(await answer(event.event_id))
  expect(shownText(rest)).toBe('City: Paris')
  expect(rest.map((frame) => frame.workflow_step.seq)).toEqual([1, 2, 3])
  expect(rest.at(-1).choices[0].finish_reason).toBe('stop')
  expect(rest[0].id).not.toBe(frames[0].id)
  expect(await stateOf(runId)).toBe('completed')
})

test('an answer counts once, and only from the app whose run it is', async () => {
  const { event } = await begin(await oneQuestion())
  expect(await (await answer(event.event_id, {}, 'mallory')).json()).toMatchObject({ code: 23900 })
  expect(shownText(await readFrames(await answer(event.event_id)))).toBe('City: Paris')
  expect(await (await answer(event.event_id)).json()).toMatchObject({ code: 23900 })
})

test('an answer that is repeated under its key gets the same stream again, and counts once', async () => {
  const { event, runId } = await begin(await oneQuestion())
  const request = {
    appId: 'alice',
    body: { event_id: event.event_id, content: 'Paris' },
    headers: { 'idempotency-key': 'once' },
  }
  expect(shownText(await readFrames(await workflow.call(RESUME, request)))).toBe('City: Paris')
  expect(shownText(await readFrames(await workflow.call(RESUME, request)))).toBe('City: Paris')
  const other = { ...request, headers: { 'idempotency-key': 'other' } }
  expect(await workflow.json(RESUME, other)).toMatchObject({ code: 23900 })
  const api = await workflow.call(`POST /api/runs/${runId}/resume`, {
    ...request,
    body: { eventId: event.event_id, type: 'resume', content: 'Paris' },
  })
  expect(api.status).toBe(202)
})

test.each(['0', 'abc', '7393258312345678849', '7393258312345678849000000'])(
  'the unknown event %s is refused with 23900',
  async (eventId) => expect(await (await answer(eventId)).json()).toMatchObject({ code: 23900 }),
)

test('of two answers at the same moment one counts', async () => {
  const { event } = await begin(await oneQuestion())
  const both = await Promise.all([
    answer(event.event_id, { content: 'Rome' }),
    answer(event.event_id, { content: 'Oslo' }),
  ])
  const types = both.map((response) => response.headers.get('content-type')?.split(';')[0])
  expect(types.toSorted()).toEqual(['application/json', 'text/event-stream'])
})

test.each([
  ['ignore', false, 0],
  ['ignore', true, 23802],
  ['abort', false, 23802],
  ['something else', false, 23802],
])('a reply of type %s to a question that needs a reply: %p', async (event_type, needReply, code) => {
  const { event } = await begin(await oneQuestion({ needReply }))
  const last = (await readFrames(await answer(event.event_id, { event_type }))).at(-1)
  expect(last.code).toBe(code)
  expect(last.choices[0].finish_reason).toBe('stop')
})

test('without streaming the question is the answer, and resuming streams', async () => {
  const body = { flow_id: await oneQuestion(), parameters: {}, stream: false }
  const frame = await workflow.json(CHAT, { appId: 'alice', body })
  expect(frame.event_data.value.content).toBe('Which city?')
  const rest = await readFrames(await answer(frame.event_data.event_id))
  expect(shownText(rest)).toBe('City: Paris')
})

test('two questions at once are asked one after the other, and no text is lost between them', async () => {
  const flowId = await publish(
    [
      ask('First?', {}, '1'),
      ask('Second?', {}, '2'),
      end({ a: ref('question-answer::1', 'content'), b: ref('question-answer::2', 'content') }, '{{a}} and {{b}}'),
    ],
    [
      [START, 'question-answer::1'],
      [START, 'question-answer::2'],
      ['question-answer::1', END],
      ['question-answer::2', END],
    ],
  )
  const { event, runId } = await begin(flowId)
  expect(event.value.content).toBe('First?')
  const second = (await readFrames(await answer(event.event_id, { content: 'A' }))).at(-1)
  expect(second.event_data.value.content).toBe('Second?')
  const rest = await readFrames(await answer(second.event_data.event_id, { content: 'B' }))
  expect(shownText(rest)).toBe('A and B')
  expect((await workflow.json(`GET /api/runs/${runId}`)).result.content).toBe('A and B')
})

test('a question that nobody answers in time fails its run', async () => {
  const { runId } = await begin(await oneQuestion({ timeout: 1 / 120 }))
  await waitFor(async () => (await stateOf(runId)) === 'failed', { what: 'the question to expire', timeoutMs: 45_000 })
  expect((await workflow.json(`GET /api/runs/${runId}`)).error).toMatchObject({ code: 23900 })
})

test('a debug stream shows the rest of every node behind the question', async () => {
  const body = { flow_id: await oneQuestion(), parameters: { q: 'x' } }
  const first = await readFrames(
    await workflow.call('POST /workflow/v1/debug/chat/completions', { appId: 'alice', body }),
  )
  const { event_id } = first.at(-1).event_data
  const rest = await readFrames(
    await workflow.call('POST /workflow/v1/debug/resume', { appId: 'alice', body: { event_id, content: 'Paris' } }),
  )
  const ids = rest.map((frame) => frame.workflow_step.node?.id)
  expect(ids).toEqual(['question-answer::1', END, END, END, END, 'flow_obj'])
})

test('a run that waits for a moment goes on by itself, and its stream stays open meanwhile', async () => {
  const flowId = await publish(
    [node('wait::1', { param: { seconds: 0.3 } }), end({ x: ref(START, 'q') }, 'done {{x}}')],
    [
      [START, 'wait::1'],
      ['wait::1', END],
    ],
  )
  const began = performance.now()
  const { frames } = await begin(flowId)
  expect(shownText(frames)).toBe('done hi')
  expect(performance.now() - began).toBeGreaterThan(290)
})
