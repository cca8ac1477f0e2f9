import { afterAll, beforeAll, expect, test } from 'bun:test'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { type CallOptions, startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const create = async (appId: string, body: object = {}) =>
  workflow.call('POST /api/flows', { appId, body: { name: 'Flow', definition: echoDefinition(), ...body } })

test('a flow is created, read, changed and deleted', async () => {
  const created = await create('alice', { description: 'first' })
  expect(created.status).toBe(201)
  const flow = (await created.json()) as { id: string }
  expect(flow).toMatchObject({ appId: 'alice', name: 'Flow', published: false, versions: [] })

  const changed = await workflow.json(`PUT /api/flows/${flow.id}`, { appId: 'alice', body: { name: 'Renamed' } })
  expect(changed).toMatchObject({ name: 'Renamed', description: 'first', definition: echoDefinition() })

  expect((await workflow.call(`DELETE /api/flows/${flow.id}`, { appId: 'alice' })).status).toBe(204)
  const gone = await workflow.call(`GET /api/flows/${flow.id}`, { appId: 'alice' })
  expect(gone.status).toBe(404)
  expect(await gone.json()).toMatchObject({ code: 'WORKFLOW_FLOW_NOT_FOUND', remedy: expect.any(String) })
})

test('pages of flows go from new to old and hold the short ids of the starters last', async () => {
  await create('alice')
  const { flows, nextBeforeId } = await workflow.json('GET /api/flows?limit=1')
  expect(flows[0].id).toHaveLength(nextBeforeId.length)
  const rest = await workflow.json(`GET /api/flows?limit=200&beforeId=${nextBeforeId}`)
  expect(rest.flows.slice(-3).map((flow: { id: string }) => flow.id)).toEqual(['103', '102', '101'])
})

test('an app lists, reads, changes and deletes its own flows only', async () => {
  const { id } = (await (await create('alice')).json()) as { id: string }
  const bob = { appId: 'bob' }
  expect((await workflow.json('GET /api/flows', bob)).flows).toEqual([])
  expect((await workflow.call(`GET /api/flows/${id}`, bob)).status).toBe(404)
  expect((await workflow.call(`PUT /api/flows/${id}`, { ...bob, body: { name: 'Mine' } })).status).toBe(404)
  expect((await workflow.call(`DELETE /api/flows/${id}`, bob)).status).toBe(404)
  expect((await create('bob', { appId: 'alice' })).status).toBe(403)
  expect((await workflow.call(`GET /api/flows/${id}`)).status).toBe(200)
})

test('a definition that cannot be compiled is refused and stores nothing', async () => {
  const response = await create('dora', { definition: { data: { nodes: [], edges: [] } } })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ code: 'WORKFLOW_PROTOCOL_INVALID' })
  expect((await workflow.json('GET /api/flows', { appId: 'dora' })).flows).toEqual([])
})

test.each([
  ['malformed JSON', { appId: 'alice', text: '{"name"' }, { status: 400, code: 'BODY_UNREADABLE' }],
  ['a wrong type', { appId: 'alice', body: { name: 5 } }, { status: 422, code: 'REQUEST_INVALID' }],
  ['a missing field', { appId: 'alice', body: {} }, { status: 422, code: 'REQUEST_INVALID' }],
  ['no app to own the flow', { body: { name: 'x' } }, { status: 422, code: 'WORKFLOW_FLOW_OWNER_MISSING' }],
])('%s is a problem document', async (_, options: CallOptions, problem) => {
  const response = await workflow.call('POST /api/flows', options)
  expect(response.status).toBe(problem.status)
  expect(await response.json()).toMatchObject({ ...problem, remedy: expect.any(String) })
})

test('every route is in the OpenAPI document, those that take a body with an example of it', async () => {
  const { paths } = (await workflow.service.openapi()) as { paths: Record<string, Record<string, object>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(routes).toEqual(
    expect.arrayContaining([
      'POST /workflow/v1/chat/completions',
      'POST /workflow/v1/debug/chat/completions',
      'POST /workflow/v1/protocol/add',
      'POST /sparkflow/v1/protocol/build/{flow_id}',
      'POST /v1/publish',
      'POST /workflow/v1/auth',
      'PUT /api/flows/{id}',
      'GET /api/runs/{id}/events',
    ]),
  )
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const withBody = operations.filter((operation) => 'requestBody' in operation)
  expect(withBody.length).toBeGreaterThan(10)
  expect(withBody.filter((operation) => !JSON.stringify(operation.requestBody).includes('"example"'))).toEqual([])
  const streaming = paths['/workflow/v1/chat/completions']?.post ?? {}
  expect(JSON.stringify(streaming)).toContain('text/event-stream')
})
