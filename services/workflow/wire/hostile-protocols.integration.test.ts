import { afterAll, beforeAll, expect, test } from 'bun:test'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const add = (text: string) => workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', text })
const flowWith = (data: string) => `{"name": "x", "data": ${data}}`
const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`

test.each([
  ['a protocol of ten megabytes', flowWith(JSON.stringify({ name: 'x'.repeat(10_000_000) }))],
  ['a protocol of ten thousand lists inside of each other', flowWith(`{"data": ${deep('[', ']', 10_000)}}`)],
  ['a protocol of ten thousand objects inside of each other', flowWith(deep('{"a":', '}', 10_000))],
])('%s is refused, and nothing is stored of it', async (_, text) => {
  const answer = await add(text)
  expect([20_102, 460]).toContain(answer.code)
  expect(answer.message.length).toBeLessThan(2_000)
  expect((await workflow.json('GET /api/flows', { appId: 'alice' })).flows).toEqual([])
})

test('JSON deeper than any reader goes is a body that cannot be read or a protocol that is refused', async () => {
  const answer = await add(flowWith(`{"data": ${deep('[', ']', 1_000_000)}}`))
  expect([20_102, 460]).toContain(answer.code)
  const legal = await add(JSON.stringify({ name: 'x', app_id: 'alice', data: echoDefinition() }))
  expect(legal.code).toBe(0)
})

test('each route that takes a protocol refuses the same one with its own code', async () => {
  const body = { name: 'x', app_id: 'alice', data: echoDefinition() }
  const added = await workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', body })
  const flowId: string = added.data.flow_id
  const data = { id: flowId, name: 'x', version: 'v3.0.0', data: { nodes: [5, 6], edges: [] } }
  const send = async (route: string, sent: object) => (await workflow.json(route, { appId: 'alice', body: sent })).code
  expect(await send('POST /workflow/v1/protocol/add', { ...body, data })).toBe(20_102)
  expect(await send(`POST /workflow/v1/protocol/update/${flowId}`, { data })).toBe(20_104)
  expect(await send('POST /workflow/v1/protocol/compare/save', { flow_id: flowId, version: 'a', data })).toBe(20_104)
  expect(await send('POST /workflow/v1/publish', { flow_id: flowId, release_status: 1, data })).toBe(20_104)
})
