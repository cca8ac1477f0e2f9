import { expect, test } from 'bun:test'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'

const CALLERS = 8
const ENOUGH = 60

const rootCall = (orrery: RunningOrrery, route: string, body?: object) => {
  const [method = '', path] = route.split(' ')
  return fetch(`${orrery.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${orrery.rootKey}`,
      'x-consumer-username': 'shop',
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
}

const workerOf = async (orrery: RunningOrrery): Promise<number> =>
  waitFor(
    async () => {
      const { pools } = await orrery.status()
      return pools.find(({ services }) => services.includes('agent'))?.workers.find(({ state }) => state === 'ready')
        ?.pid
    },
    { what: 'a worker of agents', timeoutMs: 60_000 },
  )

test('workers that are killed while they answer have every answer on the books that a client got', async () => {
  await using server = startModelServer(() =>
    modelStream(modelChunk({ content: 'word' }), modelChunk({}, 'stop'), {
      ...modelChunk({}),
      usage: { prompt_tokens: 7, completion_tokens: 1, total_tokens: 8 },
    }),
  )
  await using orrery = await startOrrery()
  const price = { promptPerMillion: 1_000, completionPerMillion: 1_000, currency: 'EUR' }
  const added = await rootCall(orrery, 'POST /api/models', { name: 'm', url: server.url, price })
  expect(added.status).toBe(201)

  const leaving = new AbortController()
  let answered = 0
  const chat = async () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
    const answer = await rootCall(orrery, 'POST /v1/chat/completions', body).catch(() => undefined)
    const text = await answer?.text().catch(() => '')
    if (answer?.status === 200 && text?.includes('word')) answered += 1
  }
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!leaving.signal.aborted) await chat()
  })
  for (let kill = 0; kill < 2; kill += 1) {
    const before = answered
    await waitFor(() => answered > before + ENOUGH, { what: 'some answers', timeoutMs: 60_000 })
    process.kill(await workerOf(orrery), 'SIGKILL')
  }
  const before = answered
  await waitFor(() => answered > before + ENOUGH, { what: 'answers afterwards', timeoutMs: 60_000 })
  leaving.abort()
  await Promise.all(callers)

  const told = await rootCall(orrery, 'GET /api/usage?groupBy=app,model')
  const { usage } = (await told.json()) as { usage: Record<string, number>[] }
  const [row] = usage
  const whole = Number(row?.calls) - Number(row?.brokenCalls)
  expect(row).toMatchObject({ appId: 'shop', model: 'm', currency: 'EUR' })
  expect(whole).toBeGreaterThanOrEqual(answered)
  expect(whole).toBeLessThanOrEqual(server.requests.length)
  expect(row?.promptTokens).toBeGreaterThanOrEqual(answered * 7)
  expect(row?.cost).toBeGreaterThanOrEqual(answered * 0.007)
}, 240_000)

test('a spent budget is told as 429 with the time to come back, through the gateway', async () => {
  await using server = startModelServer(() => modelStream(modelChunk({ content: 'word' }), modelChunk({}, 'stop')))
  await using orrery = await startOrrery()
  await rootCall(orrery, 'POST /api/models', { name: 'm', url: server.url })
  expect((await rootCall(orrery, 'PUT /api/budgets/shop', { dayTokensMax: 0 })).status).toBe(200)
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
  const refused = await rootCall(orrery, 'POST /v1/chat/completions', body)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ error: { code: 'MODEL_BUDGET_EXCEEDED' } })
  expect(server.requests).toHaveLength(0)
}, 120_000)
