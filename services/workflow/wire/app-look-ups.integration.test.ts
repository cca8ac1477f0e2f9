import { afterAll, beforeAll, expect, test } from 'bun:test'
import { serveAppRegister } from '../fixtures/app-register.ts'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { type CallOptions, startWorkflow } from '../fixtures/start-workflow.ts'

let register: Awaited<ReturnType<typeof serveAppRegister>>
let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  register = await serveAppRegister(
    new Map([
      ['ghost', 'missing'],
      ['closed', 'disabled'],
      ['unknowable', 'away'],
    ]),
  )
  workflow = await startWorkflow({ gatewayPath: register.gatewayPath })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await register[Symbol.asyncDispose]()
})

const addFlow = async (caller: CallOptions): Promise<string> => {
  const added = await workflow.json('POST /workflow/v1/protocol/add', { ...caller, body: { data: echoDefinition() } })
  return added.data.flow_id
}
const publish = async (flowId: string, caller: CallOptions) => {
  const body = { flow_id: flowId, release_status: 1 }
  return (await workflow.json('POST /v1/publish', { ...caller, body })).code
}
const bind = async (flowId: string, appId: string, caller: CallOptions) => {
  const body = { flow_id: flowId, app_id: appId }
  return (await workflow.json('POST /v1/auth', { ...caller, body })).code
}
const as = (appId: string): CallOptions => ({ appId })
const rootFor = (appId: string): CallOptions => ({ appId, role: 'root' })

test('an app that does not exist cannot be bound, whoever asks', async () => {
  const flowId = await addFlow(as('alice'))
  expect(await publish(flowId, as('alice'))).toBe(0)
  expect(await bind(flowId, 'ghost', as('alice'))).toBe(20_000)
  expect(await bind(flowId, 'ghost', rootFor('alice'))).toBe(20_000)
  expect(await bind(flowId, 'a, b', as('alice'))).toBe(20_000)
  const [licences] = await workflow.database
    .client`select count(*)::int as count from flow_licences where app_id = 'ghost'`
  expect(licences?.count).toBe(0)
  expect(await bind(flowId, 'bob', as('alice'))).toBe(0)
})

test('a disabled app can be bound for the day on which it is enabled', async () => {
  const flowId = await addFlow(as('alice'))
  await publish(flowId, as('alice'))
  expect(await bind(flowId, 'closed', as('alice'))).toBe(0)
})

test('an app that was deleted or disabled publishes nothing and binds nobody', async () => {
  for (const [appId, code] of [
    ['ghost', 20_000],
    ['closed', 20_002],
  ] as const) {
    const flowId = await addFlow(as(appId))
    expect(await publish(flowId, as(appId))).toBe(code)
    expect(await bind(flowId, 'bob', as(appId))).toBe(code)
    const update = { ...as(appId), body: { status: 1 } }
    expect((await workflow.json(`POST /workflow/v1/protocol/update/${flowId}`, update)).code).toBe(code)
    const run = { ...as(appId), body: { flow_id: flowId, parameters: { AGENT_USER_INPUT: 'hi' } } }
    expect((await workflow.json('POST /workflow/v1/chat/completions', run)).code).toBe(20_004)
  }
})

test('a register that stays away is 20001, and nothing is published', async () => {
  const flowId = await addFlow(as('unknowable'))
  expect(await publish(flowId, as('unknowable'))).toBe(20_001)
  const flow = await workflow.json(`GET /api/flows/${flowId}`, as('unknowable'))
  expect(flow.published).toBe(false)
}, 120_000)

test('the root key publishes for an app that nobody made yet, and asks nobody', async () => {
  const flowId = await addFlow(rootFor('unknowable'))
  const before = register.asked.length
  expect(await publish(flowId, rootFor('unknowable'))).toBe(0)
  expect(await bind(flowId, 'unknowable', rootFor('unknowable'))).toBe(0)
  expect(register.asked).toHaveLength(before)
})
