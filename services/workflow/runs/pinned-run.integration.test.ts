import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, flow, node, output, ref } from '../test/build-flow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const START = 'node-start::s'
const ASK = 'question-answer::q'
const END = 'node-end::e'
const alice = (body: object) => ({ appId: 'alice', body })

/** start -> a question -> an end that says which definition it belongs to. */
const asking = (mark: string) => ({
  ...flow(
    [
      node(START, { outputs: [output('AGENT_USER_INPUT')] }),
      node(ASK, {
        outputs: [output('query'), output('content')],
        param: {
          question: `${mark}?`,
          answerType: 'direct',
          timeout: 3,
          needReply: true,
          directAnswer: { handleResponse: false, maxRetryCounts: 1 },
          optionAnswer: [],
          model: '',
          domain: '',
          appId: '',
          apiKey: '',
          apiSecret: '',
        },
      }),
      end({ x: ref(ASK, 'content') }, `${mark}: {{x}}`),
    ],
    [
      [START, ASK],
      [ASK, END],
    ],
  ),
  id: 'x',
  name: 'asking',
  version: 'v3.0.0',
})

const start = async (flowId: string, version: string) => {
  const body = { flow_id: flowId, version, stream: false, parameters: {} }
  const frame = await workflow.json('POST /workflow/v1/chat/completions', alice(body))
  return frame.event_data as { event_id: string; value: { content: string } }
}
const answer = async (eventId: string) => {
  const response = await workflow.call('POST /workflow/v1/resume', alice({ event_id: eventId, content: 'yes' }))
  return (await response.text()).match(/"content":"([^"]+)"/g)?.join('')
}

test('a run that waits goes on with the definition it was started with, whatever is published meanwhile', async () => {
  const added = await workflow.json('POST /workflow/v1/protocol/add', alice({ name: 'Asks', data: asking('old') }))
  const flowId: string = added.data.flow_id
  const publish = (data: object, version = 'v1.0') =>
    workflow.json('POST /v1/publish', alice({ flow_id: flowId, release_status: 1, version, data }))
  expect((await publish(asking('old'))).code).toBe(0)
  const waiting = await start(flowId, 'v1.0')
  expect(waiting.value.content).toBe('old?')

  expect((await publish(asking('new'))).code).toBe(0)
  await workflow.json(`POST /workflow/v1/protocol/update/${flowId}`, alice({ data: asking('draft') }))
  const later = await start(flowId, 'v1.0')
  expect(later.value.content).toBe('new?')

  expect(await answer(waiting.event_id)).toContain('old: ')
  expect(await answer(later.event_id)).toContain('new: ')
})

test('a run that waits outlives its flow', async () => {
  const body = { name: 'Asks', app_id: 'alice', data: asking('gone') }
  const added = await workflow.json('POST /workflow/v1/protocol/add', alice(body))
  const flowId: string = added.data.flow_id
  await workflow.json('POST /v1/publish', alice({ flow_id: flowId, release_status: 1 }))
  const waiting = await start(flowId, '')
  await workflow.json('POST /workflow/v1/protocol/delete', alice({ flow_id: flowId, app_id: 'alice' }))
  expect(await answer(waiting.event_id)).toContain('gone: ')
})
