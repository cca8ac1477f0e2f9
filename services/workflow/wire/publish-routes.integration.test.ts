import { afterAll, beforeAll, expect, test } from 'bun:test'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const addFlow = async (definition: object | null = echoDefinition()): Promise<string> => {
  const body = { name: 'Flow', data: definition }
  return (await workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', body })).data.flow_id
}
const publish = (flowId: string, body: object = {}, appId = 'alice') =>
  workflow.json('POST /workflow/v1/publish', { appId, body: { flow_id: flowId, release_status: 1, ...body } })
const bind = (flowId: string, appId: string, caller = 'alice') =>
  workflow.json('POST /v1/auth', { appId: caller, body: { flow_id: flowId, app_id: appId } })
const run = async (flowId: string, options: { appId?: string; version?: string } = {}) => {
  const { appId = 'alice', version = '' } = options
  const body = { flow_id: flowId, version, stream: false, parameters: { AGENT_USER_INPUT: 'hi' } }
  const frame = await workflow.json('POST /workflow/v1/chat/completions', { appId, body })
  return frame.code === 0 ? frame.choices[0].delta.content : frame.code
}

test('a flow runs for its owner once it is published, and no longer once it is taken down', async () => {
  const flowId = await addFlow()
  expect(await run(flowId)).toBe(20004)
  expect((await publish(flowId)).code).toBe(0)
  expect(await run(flowId)).toBe('You said: hi')
  expect((await publish(flowId, { release_status: 3 })).code).toBe(0)
  expect(await run(flowId)).toBe(20204)
})

test('another app runs a flow only after it was bound, and only published flows can be bound', async () => {
  const flowId = await addFlow()
  expect((await bind(flowId, 'bob')).code).toBe(20204)
  await publish(flowId)
  expect(await run(flowId, { appId: 'bob' })).toBe(20004)
  expect((await bind(flowId, 'bob')).code).toBe(0)
  expect(await run(flowId, { appId: 'bob' })).toBe('You said: hi')
})

test('a withdrawn licence stops an app at its very next call, and binding it again lets it in', async () => {
  const flowId = await addFlow()
  await publish(flowId)
  await bind(flowId, 'bob')
  expect(await run(flowId, { appId: 'bob' })).toBe('You said: hi')
  await workflow.database.client`update flow_licences set status = 0 where app_id = 'bob'`
  expect(await run(flowId, { appId: 'bob' })).toBe(20005)
  await bind(flowId, 'bob')
  expect(await run(flowId, { appId: 'bob' })).toBe('You said: hi')
})

test('only who may see a flow can publish it or bind apps to it', async () => {
  const flowId = await addFlow()
  expect((await publish(flowId, {}, 'mallory')).code).toBe(20201)
  await publish(flowId)
  expect((await bind(flowId, 'mallory', 'mallory')).code).toBe(20201)
  expect(await run(flowId, { appId: 'mallory' })).toBe(20004)
})

test('published versions stay as they were published; without a name the newest one runs', async () => {
  const flowId = await addFlow(echoDefinition('one: '))
  await publish(flowId, { version: 'v1.9' })
  await workflow.json(`POST /workflow/v1/protocol/update/${flowId}`, { body: { data: echoDefinition('two: ') } })
  expect(await run(flowId)).toBe('one: hi')
  await publish(flowId, { version: 'v1.10' })
  expect(await run(flowId)).toBe('two: hi')
  expect(await run(flowId, { version: 'v1.9' })).toBe('one: hi')
  expect(await run(flowId, { version: 'v3.0' })).toBe(20204)
})

test('publishing with a protocol releases that protocol whole', async () => {
  const flowId = await addFlow(null)
  expect((await publish(flowId)).code).toBe(20206)
  expect((await publish(flowId, { data: { ...echoDefinition('given: '), id: flowId } })).code).toBe(0)
  expect(await run(flowId)).toBe('given: hi')
})

test('publication to the API alone does not make a flow runnable, and AIUI has none', async () => {
  const flowId = await addFlow()
  expect((await publish(flowId, { release_status: 2, plat: 4 })).code).toBe(20006)
  expect((await publish(flowId, { release_status: 2 })).code).toBe(0)
  expect(await run(flowId)).toBe(20204)
})

test('without an app in the header both routes answer 460 that names the header', async () => {
  const flowId = await addFlow()
  for (const path of ['/v1/publish', '/workflow/v1/auth', '/workflow/v1/v1/publish']) {
    const answer = await workflow.json(`POST ${path}`, { body: { flow_id: flowId, app_id: 'bob', release_status: 1 } })
    expect(answer).toMatchObject({ code: 460, message: expect.stringContaining('header->x-consumer-username') })
  }
})

test('values outside of the wire’s lists are refused', async () => {
  const flowId = await addFlow()
  expect((await publish(flowId, { release_status: 4 })).code).toBe(460)
  expect((await publish(flowId, { plat: 3 })).code).toBe(460)
})

test('a protocol that only looks like one is refused before it could replace the draft', async () => {
  const flowId = await addFlow(echoDefinition('kept: '))
  const whole = { ...echoDefinition('given: '), id: flowId }
  for (const data of [
    { ...whole, version: 'v2.0.0' },
    { ...whole, version: 'v3' },
    { ...whole, version: 'v3.0.x' },
    { ...whole, name: 5 },
    { ...whole, data: { nodes: whole.data.nodes.slice(0, 1), edges: [] } },
    { ...whole, data: { nodes: whole.data.nodes } },
    {},
  ]) {
    expect(await publish(flowId, { data })).toMatchObject({
      code: 460,
      message: expect.stringContaining('body->data'),
    })
  }
  // Bare ids were what the original kept of a protocol.
  const bare = { ...whole, data: { nodes: [{ id: 'node-start::a' }, { id: 'node-end::b' }], edges: [] } }
  expect((await publish(flowId, { data: bare })).code).toBe(20104)
  expect((await publish(flowId)).code).toBe(0)
  expect(await run(flowId)).toBe('kept: hi')
})

test('a flow that was taken down on one platform still runs when it is published on another', async () => {
  const flowId = await addFlow()
  await publish(flowId, { plat: 1 })
  await publish(flowId, { plat: 2 })
  await publish(flowId, { plat: 1, release_status: 3 })
  expect(await run(flowId)).toBe('You said: hi')
  await publish(flowId, { plat: 2, release_status: 3 })
  expect(await run(flowId)).toBe(20204)
  await publish(flowId, { plat: 4, release_status: 3 })
  expect((await bind(flowId, 'bob')).code).toBe(20204)
  await publish(flowId, { plat: 2 })
  expect((await bind(flowId, 'bob')).code).toBe(0)
})

test('publication on AIUI alone lets apps be bound and nobody run it', async () => {
  const flowId = await addFlow()
  expect((await publish(flowId, { plat: 4 })).code).toBe(0)
  expect((await bind(flowId, 'bob')).code).toBe(0)
  expect(await run(flowId, { appId: 'bob' })).toBe(20204)
})

test('a flow that is not there has one code for who publishes it and who binds to it', async () => {
  expect((await publish('987654321')).code).toBe(20201)
  expect((await bind('987654321', 'bob')).code).toBe(20201)
})
