import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelDefinition } from '../fixtures/flow-definitions.ts'
import { startModelServer } from '../fixtures/model-server.ts'
import { type CallOptions, startWorkflow } from '../fixtures/start-workflow.ts'
import { HOOK_BODY_BYTES_MAX } from './receive-hook.ts'
import { signBody } from './webhook-token.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
let model: ReturnType<typeof startModelServer>
beforeAll(async () => {
  workflow = await startWorkflow({ settings: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
  model = startModelServer()
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

const app = { appId: 'starter' }
const call = async (route: string, options: CallOptions = {}) => {
  const response = await workflow.call(route, options)
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (response.status === 204 ? undefined : await response.json()) as any }
}
const add = async (body: object = {}) =>
  (await call('POST /api/webhooks', { ...app, body: { name: 'Hook', flowId: '101', ...body } })).body
/** As the gateway passes on what needs no credentials. */
const deliver = (path: string, body: string, headers: Record<string, string> = {}) =>
  call(`POST ${path}`, { role: 'app', text: body, headers })
const text = JSON.stringify({ AGENT_USER_INPUT: 'ping', more: 'than was asked for' })

test('a delivery starts a run whose parameters are fields of its body, and its result can be waited for', async () => {
  const hook = await add()
  const queued = await deliver(hook.path, text)
  expect(queued.status).toBe(202)
  const run = await waitFor(
    async () => {
      const found = await workflow.json(`GET /api/runs/${queued.body.id}`, app)
      return found.state === 'completed' && found
    },
    { what: 'the run to complete' },
  )
  expect(run).toMatchObject({ uid: 'webhook', parameters: { AGENT_USER_INPUT: 'ping' } })
  const waited = await deliver(`${hook.path}?wait=10`, text)
  expect(waited).toMatchObject({ status: 200, body: { state: 'completed', result: { content: 'You said: ping' } } })
})

test('the whole body may be one parameter, as the text that came', async () => {
  const hook = await add({ bodyParameter: 'AGENT_USER_INPUT' })
  const waited = await deliver(`${hook.path}?wait=10`, text)
  expect(waited.body.result.content).toBe(`You said: ${text}`)
})

test('who waits for a run that takes longer gets its id', async () => {
  const definition = modelDefinition({ url: model.url, apiKey: 'k' })
  const { id } = (await call('POST /api/flows', { ...app, body: { name: 'Model', definition } })).body
  await call('POST /v1/publish', { ...app, body: { flow_id: id, release_status: 1 } })
  const hook = await add({ flowId: id })
  const waited = await deliver(`${hook.path}?wait=1`, text)
  expect(waited).toMatchObject({ status: 202, body: { state: 'running', result: null } })
  await call(`POST /api/runs/${waited.body.id}/cancel`, app)
})

test('a delivery that comes again starts nothing, and another one under its id is refused', async () => {
  const hook = await add()
  const headers = { 'x-github-delivery': 'd-1' }
  const [first, again] = [await deliver(hook.path, text, headers), await deliver(hook.path, text, headers)]
  expect(again.body.id).toBe(first.body.id)
  const other = await deliver(hook.path, JSON.stringify({ AGENT_USER_INPUT: 'other' }), headers)
  expect(other).toMatchObject({ status: 409, body: { code: 'WORKFLOW_IDEMPOTENCY_KEY_REUSED' } })
  const elsewhere = await deliver((await add()).path, text, headers)
  expect(elsewhere.body.id).not.toBe(first.body.id)
})

test('a signed webhook takes no body without its signature', async () => {
  const { path, secret } = await add({ signed: true })
  const signature = signBody(secret, Buffer.from(text))
  const refused = { status: 401, body: { code: 'WORKFLOW_WEBHOOK_SIGNATURE_INVALID' } }
  expect(await deliver(path, text)).toMatchObject(refused)
  expect(await deliver(path, `${text} `, { 'x-hub-signature-256': signature })).toMatchObject(refused)
  expect(await deliver(path, text, { 'x-hub-signature-256': signature.slice(0, -1) })).toMatchObject(refused)
  expect(await deliver(path, text, { 'x-hub-signature-256': signature })).toMatchObject({ status: 202 })
})

test('neither token nor secret is kept or told again', async () => {
  const hook = await add({ signed: true })
  const token = hook.path.slice('/api/hooks/'.length)
  const shown = await call(`GET /api/webhooks/${hook.id}`, app)
  expect(shown.body).toMatchObject({ id: hook.id, signed: true })
  const rows = await workflow.database.client`select * from webhooks`
  for (const secret of [token, hook.secret]) {
    expect(JSON.stringify(shown.body)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(secret)
  }
})

test('too much, too often and nonsense are refused', async () => {
  const { path } = await add()
  const large = await deliver(path, JSON.stringify({ text: 'x'.repeat(HOOK_BODY_BYTES_MAX) }))
  expect(large).toMatchObject({ status: 413, body: { code: 'WORKFLOW_WEBHOOK_BODY_TOO_LARGE' } })
  expect(await deliver(path, '[1]')).toMatchObject({ status: 400, body: { code: 'WORKFLOW_WEBHOOK_BODY_INVALID' } })
  expect(await deliver('/api/hooks/guess', text)).toMatchObject({ status: 404 })
  const slow = (await add({ callsPerMinuteMax: 2 })).path
  const answers = await Promise.all([deliver(slow, text), deliver(slow, text), deliver(slow, text)])
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 429])
})

test('a deleted webhook takes nothing, and another app cannot see or delete it', async () => {
  const hook = await add()
  const other = { appId: 'other' }
  expect((await call(`GET /api/webhooks/${hook.id}`, other)).status).toBe(404)
  expect((await call(`DELETE /api/webhooks/${hook.id}`, other)).status).toBe(404)
  expect((await call('GET /api/webhooks', other)).body.webhooks).toEqual([])
  expect((await call(`DELETE /api/webhooks/${hook.id}`, app)).status).toBe(204)
  expect((await deliver(hook.path, text)).status).toBe(404)
})

test('an app without a licence cannot open a webhook of a flow', async () => {
  const refused = await call('POST /api/webhooks', { appId: 'other', body: { name: 'Hook', flowId: '101' } })
  expect(refused).toMatchObject({ status: 403, body: { code: 'WORKFLOW_LICENCE_MISSING' } })
})
