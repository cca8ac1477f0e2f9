import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { serveAppRegister } from '../fixtures/app-register.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'

const states = new Map<string, 'missing' | 'disabled' | 'away'>()
let register: Awaited<ReturnType<typeof serveAppRegister>>
let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  register = await serveAppRegister(states)
  workflow = await startWorkflow({ gatewayPath: register.gatewayPath })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await register[Symbol.asyncDispose]()
})

const app = { appId: 'starter' }
const parameters = { AGENT_USER_INPUT: 'tick' }
const fires = () => workflow.database.client`select state, error from schedule_fires order by fire_at desc`
const runs = async () => Number((await workflow.database.client`select count(*) as n from run`)[0]?.n)

test('within two seconds a disabled or deleted app’s schedules start nothing, and say why; enabled again they go on', async () => {
  const body = { name: 'Every second', flowId: '101', cron: '* * * * * *', parameters }
  await workflow.json('POST /api/schedules', { ...app, body })
  const started = () => waitFor(async () => (await fires())[0]?.state === 'started', { what: 'a run to be started' })
  await started()
  for (const [state, reason] of [
    ['disabled', 'WORKFLOW_APP_DISABLED'],
    ['missing', 'WORKFLOW_APP_NOT_FOUND'],
  ] as const) {
    states.set('starter', state)
    await waitFor(async () => (await fires())[0]?.state === 'refused', { what: 'an occurrence to be refused' })
    const before = await runs()
    const count = async () => (await fires()).filter((fire) => fire.state === 'refused').length
    const refused = await count()
    await waitFor(async () => (await count()) > refused + 1, { what: 'further ones to be refused' })
    expect(await runs()).toBe(before)
    expect((await fires())[0]?.error).toStartWith(reason)
    states.delete('starter')
    await started()
  }
  await workflow.database.client`update schedules set enabled = false, next_fire_at = null`
}, 120_000)

test('a disabled app’s webhook starts nothing, and starts runs again when the app is enabled', async () => {
  const hook = await workflow.json('POST /api/webhooks', { ...app, body: { name: 'Hook', flowId: '101' } })
  const deliver = async () => {
    const response = await workflow.call(`POST ${hook.path}`, { role: 'app', text: JSON.stringify(parameters) })
    return { status: response.status, code: ((await response.json()) as { code?: string }).code }
  }
  expect((await deliver()).status).toBe(202)
  states.set('starter', 'disabled')
  const refused = await waitFor(
    async () => {
      const answer = await deliver()
      return answer.status === 202 ? undefined : answer
    },
    { what: 'the webhook to be refused' },
  )
  expect(refused).toEqual({ status: 403, code: 'WORKFLOW_APP_DISABLED' })
  states.delete('starter')
  expect((await deliver()).status).toBe(202)
}, 120_000)
