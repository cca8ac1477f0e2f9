import { afterAll, beforeAll, expect, test } from 'bun:test'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const add = (body: object, appId = 'alice') => workflow.json('POST /workflow/v1/protocol/add', { appId, body })

test('a saved flow comes back whole, as an object and as the original’s text with integer ids', async () => {
  const added = await add({ name: 'Greeter', description: 'greets', app_id: 'alice', data: echoDefinition() })
  expect(added).toMatchObject({ code: 0, message: 'success' })
  const flowId: string = added.data.flow_id
  expect(flowId).toMatch(/^\d{18,19}$/)

  const got = await workflow.json('POST /workflow/v1/protocol/get', { body: { flow_id: flowId } })
  expect(got.data).toMatchObject({ id: flowId, name: 'Greeter', app_id: 'alice', version: '-1', status: 0 })
  expect(got.data.data).toEqual({ ...echoDefinition(), id: flowId, name: 'echo', description: 'greets' })

  const text = await workflow.json('POST /sparkflow/v1/protocol/get?as=string', { body: { flow_id: flowId } })
  expect(text.data).toContain(`"id": ${flowId},`)
})

test('an update writes what is given, keeps the rest and answers without data', async () => {
  const flowId = (await add({ name: 'Old', data: echoDefinition() })).data.flow_id
  const updated = await workflow.json(`POST /workflow/v1/protocol/update/${flowId}/`, {
    body: { name: '', description: 'new text', data: echoDefinition('Now: ') },
  })
  expect(updated).toEqual({ code: 0, message: 'success', sid: expect.any(String) })
  const { data } = await workflow.json('POST /workflow/v1/protocol/get', { body: { flow_id: flowId } })
  expect(data).toMatchObject({ name: 'Old', description: 'new text' })
  expect(JSON.stringify(data.data)).toContain('Now: {{text}}')
})

test('a deleted flow is gone, and deleting it again fails with the original’s code', async () => {
  const flowId = (await add({ name: 'Short-lived' })).data.flow_id
  const body = { flow_id: flowId, app_id: 'alice' }
  expect((await workflow.json('POST /workflow/v1/protocol/delete', { body: { ...body, app_id: 'bob' } })).code).toBe(
    20103,
  )
  expect((await workflow.json('POST /workflow/v1/protocol/delete', { body })).code).toBe(0)
  expect((await workflow.json('POST /workflow/v1/protocol/delete', { body })).code).toBe(20103)
  expect((await workflow.json('POST /workflow/v1/protocol/get', { body: { flow_id: flowId } })).code).toBe(20201)
})

test('a protocol that cannot be compiled stores nothing', async () => {
  const broken = { ...echoDefinition(), data: { nodes: [], edges: [] } }
  const { flows: before } = await workflow.json('GET /api/flows?limit=200', { appId: 'carol' })
  expect((await add({ name: 'Broken', data: broken }, 'carol')).code).toBe(22100)
  const { flows: after } = await workflow.json('GET /api/flows?limit=200', { appId: 'carol' })
  expect(after).toEqual(before)

  const flowId = (await add({ name: 'Sound', data: echoDefinition() }, 'carol')).data.flow_id
  const updated = await workflow.json(`POST /workflow/v1/protocol/update/${flowId}`, { body: { data: broken } })
  expect(updated.code).toBe(22100)
  const { data } = await workflow.json('POST /workflow/v1/protocol/get', { body: { flow_id: flowId } })
  expect(data.data.data.nodes).toHaveLength(2)
})

test.each([
  ['malformed JSON', '{"name"', 'body'],
  ['no object', '[]', 'body'],
  ['a missing field', '{}', 'body->flow_id'],
  ['a wrong type', '{"flow_id":101}', 'body->flow_id'],
])('%s is answered by code 460 that names the place, with status 200', async (_, text, place) => {
  const response = await workflow.call('POST /workflow/v1/protocol/get', { text })
  expect(response.status).toBe(200)
  const body = (await response.json()) as { code: number; message: string; sid: string }
  expect(body.code).toBe(460)
  expect(body.message).toContain(`Parameter: ${place},`)
  expect(body.sid).toMatch(/^spf/)
})

test('refusals carry the codes of the original', async () => {
  expect((await add({ name: 'x', status: 7 })).code).toBe(20102)
  const missing = await workflow.json('POST /workflow/v1/protocol/update/404', { body: { name: 'x' } })
  expect(missing.code).toBe(20201)
  const nobody = await workflow.json('POST /workflow/v1/protocol/add', { body: { name: 'x' } })
  expect(nobody.code).toBe(20205)
})

test('an app neither sees, changes nor creates what belongs to another app; root does', async () => {
  const flowId = (await add({ name: 'Private', data: echoDefinition() })).data.flow_id
  const bob = { appId: 'bob' }
  const codes = await Promise.all([
    workflow.json('POST /workflow/v1/protocol/get', { ...bob, body: { flow_id: flowId } }),
    workflow.json(`POST /workflow/v1/protocol/update/${flowId}`, { ...bob, body: { name: 'Mine' } }),
    workflow.json('POST /workflow/v1/protocol/add', { ...bob, body: { name: 'x', app_id: 'alice' } }),
    workflow.json('POST /workflow/v1/protocol/delete', { ...bob, body: { flow_id: flowId, app_id: 'alice' } }),
  ])
  expect(codes.map(({ code }) => code)).toEqual([20201, 20201, 20003, 20103])
  expect((await workflow.json('POST /workflow/v1/protocol/get', { body: { flow_id: flowId } })).code).toBe(0)
})

test('the build report ends with an end frame and names the fault of a draft that cannot be compiled', async () => {
  const sound = (await add({ name: 'Sound', data: echoDefinition() })).data.flow_id
  const good = await workflow.call(`POST /workflow/v1/protocol/build/${sound}`)
  expect(good.headers.get('content-type')).toContain('text/event-stream')
  expect(await good.text()).toMatch(/^data: \{"end_of_stream":true,"sid":"[^"]+"\}\n\n$/)

  const empty = (await add({ name: 'Empty' })).data.flow_id
  const report = await (await workflow.call(`POST /workflow/v1/protocol/build/${empty}`)).text()
  expect(report.split('\n\n').filter(Boolean)).toHaveLength(2)
  expect(report).toContain('{"message":"')
})

test('unknown paths below the wire’s prefixes are the original’s 404', async () => {
  const response = await workflow.call('POST /workflow/v1/nothing/here', { body: {} })
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({ detail: 'Not Found' })
})
