import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { appHeaders, createTestAgent, rootHeaders as headers } from '../test/create-test-agent.ts'

test('a model is added, changed, tried and deleted, and its key is never shown', async () => {
  await using server = startModelServer(() => modelWords('O', 'K'))
  await using agent = await createTestAgent()
  const body = { name: 'local', url: server.url, modelId: 'm1', apiKey: 'sk-secret' }
  const added = await callApp(agent.app, 'POST /api/models', { headers, body })
  expect(added).toMatchObject({
    status: 201,
    body: { name: 'local', provider: 'openai', hasApiKey: true, enabled: true },
  })

  const tried = await callApp(agent.app, 'POST /api/models/local/test', { headers })
  expect(tried).toMatchObject({ status: 200, body: { text: 'OK', firstTokenMs: expect.any(Number) } })
  expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer sk-secret')

  const changed = await callApp(agent.app, 'PUT /api/models/local', { headers, body: { apiKey: '', modelId: 'm2' } })
  expect(changed.body).toMatchObject({ hasApiKey: false, modelId: 'm2', url: server.url })
  await callApp(agent.app, 'POST /api/models/local/test', { headers })
  expect(server.requests[1]?.headers.has('authorization')).toBe(false)
  expect(server.requests[1]?.body.model).toBe('m2')

  const listed = await callApp(agent.app, 'GET /api/models', { headers })
  expect((listed.body as { models: object[] }).models).toMatchObject([{ name: 'local' }, { name: 'rehearsal' }])
  for (const { body: shown } of [added, changed, listed]) expect(JSON.stringify(shown)).not.toContain('sk-secret')

  expect((await callApp(agent.app, 'DELETE /api/models/local', { headers })).status).toBe(204)
  expect(await callApp(agent.app, 'GET /api/models/local', { headers })).toMatchObject({
    status: 404,
    body: { code: 'AGENT_MODEL_NOT_FOUND' },
  })
})

test('failures are problems with a code and a remedy', async () => {
  await using agent = await createTestAgent()
  const add = (body: object) => callApp(agent.app, 'POST /api/models', { headers, body })
  const remedy = expect.any(String)
  expect(await add({ name: 'x' })).toMatchObject({ status: 422, body: { code: 'MODEL_URL_INVALID', remedy } })
  expect(await add({ name: 'x', url: 'ftp://x' })).toMatchObject({
    status: 422,
    body: { code: 'MODEL_URL_INVALID', remedy },
  })
  expect(await add({ name: 'a b', url: 'http://x' })).toMatchObject({
    status: 422,
    body: { code: 'REQUEST_INVALID', remedy },
  })
  expect(await add({ name: 'rehearsal', url: 'http://x' })).toMatchObject({
    status: 409,
    body: { code: 'AGENT_MODEL_NAME_TAKEN', remedy },
  })
  expect(await callApp(agent.app, 'PUT /api/models/none', { headers, body: {} })).toMatchObject({ status: 404 })
  expect(await callApp(agent.app, 'DELETE /api/models/none', { headers })).toMatchObject({ status: 404 })
  await add({ name: 'dead', url: 'http://127.0.0.1:9/v1' })
  await callApp(agent.app, 'PUT /api/models/rehearsal', { headers, body: { enabled: false } })
  expect(await callApp(agent.app, 'POST /api/models/rehearsal/test', { headers })).toMatchObject({
    status: 404,
    body: { code: 'MODEL_UNKNOWN', remedy },
  })
})

test('apps may not manage models', async () => {
  await using agent = await createTestAgent()
  const as = { headers: appHeaders('starter') }
  for (const route of [
    'GET /api/models',
    'GET /api/models/rehearsal',
    'DELETE /api/models/rehearsal',
    'POST /api/models/rehearsal/test',
  ] as const) {
    expect(await callApp(agent.app, route, as)).toMatchObject({ status: 403, body: { code: 'AGENT_ROOT_ONLY' } })
  }
  expect((await callApp(agent.app, 'GET /api/models/rehearsal', { headers })).status).toBe(200)
})
