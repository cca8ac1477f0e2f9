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
  expect(await callApp(agent.app, 'POST /api/models/dead/test', { headers })).toMatchObject({
    status: 503,
    body: { code: 'MODEL_UNREACHABLE', remedy },
  })
  expect(await callApp(agent.app, 'POST /api/models/none/test', { headers })).toMatchObject({ status: 404 })
})

test('apps see the enabled models, without address and parameters, and may change none', async () => {
  await using agent = await createTestAgent()
  const body = { name: 'local', url: 'http://10.0.0.5/v1', apiKey: 'sk-secret', parameters: { user: 'secret' } }
  await callApp(agent.app, 'POST /api/models', { headers, body })
  await callApp(agent.app, 'POST /api/models', { headers, body: { ...body, name: 'off', enabled: false } })
  const as = { headers: appHeaders('starter') }
  const listed = await callApp(agent.app, 'GET /api/models', as)
  expect(listed.body).toMatchObject({
    models: [{ name: 'local', kind: 'chat' }, { name: 'rehearsal' }],
    nextAfter: null,
  })
  const one = await callApp(agent.app, 'GET /api/models/local', as)
  expect(one.status).toBe(200)
  for (const { body: shown } of [listed, one]) expect(JSON.stringify(shown)).not.toMatch(/10\.0\.0\.5|secret|hasApiKey/)
  expect(await callApp(agent.app, 'GET /api/models/off', as)).toMatchObject({ status: 404 })
  for (const route of [
    'POST /api/models',
    'PUT /api/models/rehearsal',
    'DELETE /api/models/rehearsal',
    'POST /api/models/rehearsal/test',
    'POST /api/models/test',
  ] as const) {
    const refused = await callApp(agent.app, route, { ...as, body: { name: 'x' } })
    expect(refused).toMatchObject({ status: 403, body: { code: 'AGENT_ROOT_ONLY' } })
  }
})

test('models are listed in pages, and by kind', async () => {
  await using agent = await createTestAgent()
  const url = 'http://x.test/v1'
  for (const name of ['a', 'b']) await callApp(agent.app, 'POST /api/models', { headers, body: { name, url } })
  await callApp(agent.app, 'POST /api/models', { headers, body: { name: 'vectors', url, kind: 'embedding' } })
  const namesAt = async (query: string) => {
    const { body } = await callApp(agent.app, `GET /api/models?${query}`, { headers })
    const page = body as { models: { name: string }[]; nextAfter: string | null }
    return [page.models.map(({ name }) => name), page.nextAfter]
  }
  expect(await namesAt('limit=2')).toEqual([['a', 'b'], 'b'])
  expect(await namesAt('limit=2&after=b')).toEqual([['rehearsal', 'vectors'], null])
  expect(await namesAt('kind=embedding')).toEqual([['vectors'], null])
})

test('prices, limits, capabilities and stand-ins are kept as they were set', async () => {
  await using agent = await createTestAgent()
  const settings = {
    price: { promptPerMillion: 0.25, completionPerMillion: 2, currency: 'EUR' },
    limits: { concurrencyMax: 4, contextTokensMax: 8_000 },
    capabilities: { tools: 'false', images: 'unknown', reasoning: 'true' },
    fallbacks: ['rehearsal'],
  }
  const body = { name: 'm', url: 'http://x.test/v1', ...settings }
  expect((await callApp(agent.app, 'POST /api/models', { headers, body })).body).toMatchObject(settings)
  await callApp(agent.app, 'PUT /api/models/m', { headers, body: { enabled: false } })
  expect((await callApp(agent.app, 'GET /api/models/m', { headers })).body).toMatchObject({
    ...settings,
    enabled: false,
  })
  const cleared = await callApp(agent.app, 'PUT /api/models/m', { headers, body: { price: null, fallbacks: [] } })
  expect(cleared.body).toMatchObject({ price: null, fallbacks: [], limits: settings.limits })
})

test('a model cannot stand in for itself, and one that stands in cannot be deleted', async () => {
  await using agent = await createTestAgent()
  const add = (name: string, fallbacks: string[]) =>
    callApp(agent.app, 'POST /api/models', { headers, body: { name, url: 'http://x.test', fallbacks } })
  const change = (name: string, fallbacks: string[]) =>
    callApp(agent.app, `PUT /api/models/${name}`, { headers, body: { fallbacks } })
  expect(await add('a', ['nobody'])).toMatchObject({ status: 422, body: { code: 'MODEL_FALLBACK_WRONG' } })
  await add('a', ['rehearsal'])
  await add('b', ['a'])
  const loop = await change('a', ['b'])
  expect(loop).toMatchObject({ status: 422, body: { detail: expect.stringContaining('a → b → a') } })
  const used = await callApp(agent.app, 'DELETE /api/models/a', { headers })
  expect(used).toMatchObject({
    status: 409,
    body: { code: 'AGENT_MODEL_IN_USE', detail: expect.stringContaining('b') },
  })

  // Of two changes that would close the circle together, one is refused.
  await add('c', [])
  await add('d', [])
  const both = await Promise.all([change('c', ['d']), change('d', ['c'])])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422])
})

test('a test tells what the provider said, and shows no key', async () => {
  await using server = startModelServer(({ headers: sent }) =>
    Response.json({ error: { message: `Incorrect API key: ${sent.get('authorization')}` } }, { status: 401 }),
  )
  await using agent = await createTestAgent()
  const body = { url: server.url, modelId: 'm', apiKey: 'very-secret-key' }
  const tried = await callApp(agent.app, 'POST /api/models/test', { headers, body })
  expect(tried).toMatchObject({
    status: 502,
    body: { code: 'MODEL_REFUSED', providerStatus: 401, providerMessage: expect.stringContaining('Incorrect API key') },
  })
  expect(JSON.stringify(tried.body)).not.toContain('very-secret-key')
  expect(server.requests).toHaveLength(1)
  expect(await callApp(agent.app, 'POST /api/models/test', { headers, body: { url: 'ftp://x' } })).toMatchObject({
    status: 422,
    body: { code: 'MODEL_URL_INVALID' },
  })
})

test('settings are tried before they are saved, with the saved key where they bring none', async () => {
  await using server = startModelServer(() => modelWords('OK'))
  await using agent = await createTestAgent()
  const saved = { name: 'm', url: 'http://127.0.0.1:9/v1', modelId: 'old', apiKey: 'k-1', enabled: false }
  await callApp(agent.app, 'POST /api/models', { headers, body: saved })
  const body = { name: 'm', url: server.url, modelId: 'new' }
  expect(await callApp(agent.app, 'POST /api/models/test', { headers, body })).toMatchObject({
    status: 200,
    body: { text: 'OK' },
  })
  expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer k-1')
  expect(server.requests[0]?.body.model).toBe('new')
  expect((await callApp(agent.app, 'GET /api/models/m', { headers })).body).toMatchObject({ modelId: 'old' })
  expect(await callApp(agent.app, 'POST /api/models/m/test', { headers })).toMatchObject({
    status: 503,
    body: { code: 'MODEL_UNREACHABLE' },
  })
})

test('embedding and rerank models are tried in their own ways', async () => {
  await using server = startModelServer(({ path }) =>
    path.endsWith('/embeddings')
      ? Response.json({ data: [{ index: 0, embedding: [1, 2, 3, 4] }] })
      : Response.json({
          results: [
            { index: 1, relevance_score: 0.1 },
            { index: 0, relevance_score: 0.9 },
          ],
        }),
  )
  await using agent = await createTestAgent()
  const tryKind = async (kind: string) =>
    (await callApp(agent.app, 'POST /api/models/test', { headers, body: { kind, url: server.url, modelId: 'm' } })).body
  expect(await tryKind('embedding')).toMatchObject({ kind: 'embedding', dimensions: 4 })
  expect(await tryKind('rerank')).toMatchObject({ kind: 'rerank', scores: { answering: 0.9, other: 0.1 } })
  const add = { name: 'x', provider: 'anthropic', kind: 'embedding', url: 'http://x.test' }
  expect(await callApp(agent.app, 'POST /api/models', { headers, body: add })).toMatchObject({
    status: 422,
    body: { code: 'MODEL_KIND_WRONG' },
  })
})
