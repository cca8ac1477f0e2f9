import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { appHeaders, createTestAgent, rootHeaders as headers } from '../test/create-test-agent.ts'

const answer = () =>
  modelStream(modelChunk({ content: 'word' }), modelChunk({}, 'stop'), {
    ...modelChunk({}),
    usage: { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 },
  })

const setUp = async (url: string) => {
  const agent = await createTestAgent()
  const price = { promptPerMillion: 1_000, completionPerMillion: 1_000, currency: 'USD' }
  for (const name of ['m', 'n']) {
    await callApp(agent.app, 'POST /api/models', { headers, body: { name, url, ...(name === 'm' ? { price } : {}) } })
  }
  const chat = (appId: string, model = 'm') =>
    callApp(agent.app, 'POST /v1/chat/completions', {
      headers: appHeaders(appId),
      body: { model, messages: [{ role: 'user', content: 'Hi' }] },
    })
  const call = (
    route: `${'GET' | 'PUT' | 'DELETE'} /${string}`,
    body?: object,
    as = headers as Record<string, string>,
  ) => callApp(agent.app, route, { headers: as, body })
  return { agent, chat, call, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() }
}

test('a budget is set, holds, tells where it stands, and is lifted', async () => {
  await using server = startModelServer(answer)
  await using context = await setUp(server.url)
  const set = await context.call('PUT /api/budgets/shop', { dayTokensMax: 200, monthCostMax: 5, alertAt: 0.5 })
  expect(set).toMatchObject({
    status: 200,
    body: {
      appId: 'shop',
      dayTokensMax: 200,
      monthTokensMax: null,
      concurrencyMax: null,
      currency: 'USD',
      alertAt: 0.5,
    },
  })
  expect((await context.chat('shop')).status).toBe(200)
  expect((await context.call('GET /api/budgets/shop')).body).toMatchObject({
    standing: [
      { period: 'day', of: 'tokens', max: 200, used: 100, state: 'alert' },
      { period: 'month', of: 'cost', max: 5, used: 0.1, state: 'ok' },
    ],
  })
  expect((await context.chat('shop')).status).toBe(200)
  const refused = await context.chat('shop')
  expect(refused.status).toBe(429)
  expect(JSON.stringify(refused.body)).toContain('200 of the 200 tokens')
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 86_401)
  expect(server.requests).toHaveLength(2)

  expect((await context.call('DELETE /api/budgets/shop')).status).toBe(204)
  expect((await context.chat('shop')).status).toBe(200)
  expect(await context.call('GET /api/budgets/shop')).toMatchObject({
    status: 404,
    body: { code: 'AGENT_BUDGET_NOT_FOUND' },
  })
  expect((await context.call('DELETE /api/budgets/shop')).status).toBe(404)
})

test('the budget of every app holds for those without one of their own', async () => {
  await using server = startModelServer(answer)
  await using context = await setUp(server.url)
  await context.call('PUT /api/budgets/*', { dayTokensMax: 0 })
  await context.call('PUT /api/budgets/rich', {})
  expect((await context.chat('poor')).status).toBe(429)
  expect((await context.chat('rich')).status).toBe(200)
  const own = await context.call('GET /api/budgets/poor', undefined, appHeaders('poor'))
  expect(own.body).toMatchObject({ budget: { appId: '*' }, standing: [{ state: 'exceeded' }] })
  expect((await context.call('GET /api/budgets?limit=1')).body).toMatchObject({
    budgets: [{ appId: '*' }],
    nextAfter: '*',
  })
})

test('apps see their own budget and usage only, and set nothing', async () => {
  await using server = startModelServer(answer)
  await using context = await setUp(server.url)
  await context.chat('a')
  await context.chat('b')
  const as = appHeaders('a')
  for (const route of [
    'GET /api/budgets',
    'GET /api/budgets/b',
    'PUT /api/budgets/a',
    'DELETE /api/budgets/a',
  ] as const) {
    const body = route.startsWith('PUT') ? { dayTokensMax: 1 } : undefined
    expect(await context.call(route, body, as)).toMatchObject({ status: 403, body: { code: 'AGENT_ROOT_ONLY' } })
  }
  const own = await context.call('GET /api/usage?appId=b&groupBy=app', undefined, as)
  expect(own.body).toMatchObject({ usage: [{ appId: 'a', calls: 1 }] })
})

test('usage is told by app, model and time, in pages, and never adds up two currencies', async () => {
  await using server = startModelServer(answer)
  await using context = await setUp(server.url)
  await context.chat('a', 'm')
  await context.chat('a', 'n')
  await context.chat('b', 'm')
  const told = async (query: string) => (await context.call(`GET /api/usage?${query}`)).body as Told
  interface Told {
    usage: Record<string, unknown>[]
    nextAfter: string | null
  }
  const sums = {
    calls: 1,
    brokenCalls: 0,
    estimatedCalls: 0,
    promptTokens: 60,
    completionTokens: 40,
    estimatedTokens: 0,
  }
  expect(await told('groupBy=app,model')).toEqual({
    usage: [
      { appId: 'a', model: 'm', currency: 'USD', ...sums, cost: 0.1 },
      { appId: 'a', model: 'n', currency: '', ...sums, cost: 0 },
      { appId: 'b', model: 'm', currency: 'USD', ...sums, cost: 0.1 },
    ],
    nextAfter: null,
  })
  expect((await told('groupBy=app')).usage).toMatchObject([
    { appId: 'a', currency: '', calls: 1 },
    { appId: 'a', currency: 'USD', calls: 1 },
    { appId: 'b', currency: 'USD', calls: 1 },
  ])
  expect((await told('model=m&groupBy=day')).usage).toMatchObject([
    { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00Z$/), currency: 'USD', calls: 2, cost: 0.2 },
  ])
  const pages: unknown[] = []
  for (let after = ''; ; ) {
    const page = await told(`groupBy=hour,app,model&limit=1${after && `&after=${after}`}`)
    pages.push(...page.usage.map(({ appId, model }) => `${appId}/${model}`))
    if (page.nextAfter === null) break
    after = page.nextAfter
  }
  expect(pages).toEqual(['a/m', 'a/n', 'b/m'])
  expect((await told('to=2020-01-01T00:00:00Z&from=2019-01-01T00:00:00Z')).usage).toEqual([])
})

test('a question that cannot be answered says why', async () => {
  await using server = startModelServer(answer)
  await using context = await setUp(server.url)
  for (const [query, reason] of [
    ['groupBy=day,hour', 'not by both'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'not before'],
    ['after=nonsense', 'nextAfter'],
    ['groupBy=weather', ''],
    ['from=yesterday', ''],
  ] as const) {
    const answered = await context.call(`GET /api/usage?${query}`)
    expect(answered).toMatchObject({ status: 422, body: { detail: expect.stringContaining(reason) } })
  }
  expect((await context.call('PUT /api/budgets/a', { dayTokensMax: -1 })).status).toBe(422)
})
