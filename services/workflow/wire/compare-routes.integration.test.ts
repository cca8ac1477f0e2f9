import { afterAll, beforeAll, expect, test } from 'bun:test'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const alice = (body: object) => ({ appId: 'alice', body })
const addFlow = async (): Promise<string> => {
  const body = { name: 'Flow', app_id: 'alice', data: echoDefinition('draft: ') }
  return (await workflow.json('POST /workflow/v1/protocol/add', alice(body))).data.flow_id
}
const debug = async (flowId: string, version: string) => {
  const body = { flow_id: flowId, version, stream: false, parameters: { AGENT_USER_INPUT: 'hi' } }
  return JSON.stringify(await workflow.json('POST /workflow/v1/debug/chat/completions', alice(body)))
}

test.each([
  '/workflow/v1/protocolcompare/save',
  '/workflow/v1/protocol/compare/save',
  '/sparkflow/v1/protocolcompare/save',
  '/sparkflow/v1/protocol/compare/save',
])('%s keeps a protocol that debug runs name and releases never see', async (path) => {
  const flowId = await addFlow()
  await workflow.json('POST /v1/publish', alice({ flow_id: flowId, release_status: 1 }))
  const saved = { flow_id: flowId, version: 'v9.9', data: echoDefinition('compared: ') }
  expect(await workflow.json(`POST ${path}`, alice(saved))).toEqual({
    code: 0,
    message: 'success',
    sid: expect.any(String),
  })
  expect(await debug(flowId, 'v9.9')).toContain('compared: hi')
  expect(await debug(flowId, '')).toContain('draft: hi')
  const body = { flow_id: flowId, stream: false, parameters: { AGENT_USER_INPUT: 'hi' } }
  const released = await workflow.json('POST /workflow/v1/chat/completions', alice(body))
  expect(released.choices[0].delta.content).toBe('draft: hi')
  const named = await workflow.json('POST /workflow/v1/chat/completions', alice({ ...body, version: 'v9.9' }))
  expect(named.code).toBe(20204)
})

test('a compared protocol that cannot be compiled is refused, and another app reaches none of it', async () => {
  const flowId = await addFlow()
  const save = (appId: string, data: object) =>
    workflow.json('POST /workflow/v1/protocol/compare/save', { appId, body: { flow_id: flowId, version: 'a', data } })
  expect((await save('alice', { data: { nodes: [], edges: [] } })).code).toBe(22100)
  expect((await save('bob', echoDefinition())).code).toBe(20201)
  expect(await debug(flowId, 'a')).toContain('20204')
})

test.each(['/workflow/v1', '/sparkflow/v1'])('%s forgets a compared protocol once', async (prefix) => {
  const flowId = await addFlow()
  const named = { flow_id: flowId, version: 'a' }
  await workflow.json('POST /workflow/v1/protocolcompare/save', alice({ ...named, data: echoDefinition() }))
  const remove = () => workflow.json(`DELETE ${prefix}/protocol/compare/delete`, alice(named))
  expect((await remove()).code).toBe(0)
  expect(await remove()).toMatchObject({ code: 20103, message: expect.stringContaining('no protocol a') })
})
