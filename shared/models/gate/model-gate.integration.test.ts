import { expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { ChatModel } from '../chat-model.ts'
import { ask, modelContext, openModels } from '../fixtures/model-context.ts'

const usage = (prompt: number, completion: number) => ({
  ...modelChunk({}),
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
})
const answer = (prompt: number, completion: number) => () =>
  modelStream(modelChunk({ content: 'word' }), modelChunk({}, 'stop'), usage(prompt, completion))

const price = { promptPerMillion: 2, completionPerMillion: 10, currency: 'USD' }
const budget = {
  appId: 'a',
  concurrencyMax: null,
  dayTokensMax: null,
  monthTokensMax: null,
  dayCostMax: null,
  monthCostMax: null,
  currency: 'USD',
  alertAt: 0.8,
}

test('tokens are counted by app, at the price of the moment', async () => {
  await using server = startModelServer(answer(1_000, 200))
  await using context = await modelContext()
  await context.save({ name: 'paid', url: server.url, price })
  await ask(await context.directory.byName('paid'), { appId: 'a' })
  await ask(await context.directory.byName('paid'), { appId: 'b' })
  await context.models.update('paid', { price: { ...price, promptPerMillion: 4 } })
  context.directory.forget()
  await ask(await context.directory.byName('paid'), { appId: 'b' })
  expect(await context.usage()).toEqual([
    {
      app_id: 'a',
      model: 'paid',
      currency: 'USD',
      calls: 1,
      broken: 0,
      estimated: 0,
      prompt: 1_000,
      completion: 200,
      cost: 4e6,
    },
    {
      app_id: 'b',
      model: 'paid',
      currency: 'USD',
      calls: 2,
      broken: 0,
      estimated: 0,
      prompt: 2_000,
      completion: 400,
      cost: 1e7,
    },
  ])
  expect(context.metric('orrery_model_cost_total')).toEqual({ 'model=paid,currency=USD': 0.014 })
})

test('what a provider does not tell is estimated, and marked so', async () => {
  await using server = startModelServer(() => modelWords('one two ', 'three four'))
  await using context = await modelContext()
  await context.save({ name: 'silent', url: server.url })
  await ask(await context.directory.byName('silent'), { messages: [{ role: 'user', content: 'x'.repeat(400) }] })
  const [row] = await context.usage()
  expect(row).toMatchObject({ app_id: '', calls: 1, broken: 0, estimated: 1, completion: 5 })
  expect(row?.prompt).toBeWithin(100, 110)
})

test('an answer that its reader leaves is counted as far as it came', async () => {
  await using server = startModelServer(() => modelWords(...Array.from({ length: 50 }, () => 'four')))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url })
  const model = await context.directory.byName('m')
  const { signal } = new AbortController()
  let read = 0
  for await (const _ of model!.stream({ messages: [{ role: 'user', content: 'Hi' }], appId: 'a', signal })) {
    read += 1
    if (read === 10) break
  }
  await waitFor(async () => (await context.usage()).length > 0, { what: 'the call on the books' })
  expect(await context.usage()).toMatchObject([{ app_id: 'a', calls: 1, broken: 1, estimated: 1, completion: 10 }])
  expect(context.metric('orrery_model_calls_total')).toEqual({ 'model=m,outcome=abandoned': 1 })
})

test('an app that has spent its tokens is refused before the model is asked, and told when to come back', async () => {
  await using server = startModelServer(answer(60, 0))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url })
  await context.budgets.save({ ...budget, dayTokensMax: 100 })
  const model = await context.directory.byName('m')
  await ask(model, { appId: 'a' })
  await ask(model, { appId: 'a' })
  const failure = await ask(model, { appId: 'a' }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'MODEL_BUDGET_EXCEEDED',
    kind: 'limited',
    remedy: expect.stringContaining('budget'),
  })
  expect((failure as { retryAfterMs: number }).retryAfterMs).toBeWithin(0, 86_400_001)
  expect(server.requests).toHaveLength(2)
  expect(context.metric('orrery_model_refusals_total')).toEqual({ 'reason=budget': 1 })
  await ask(model, { appId: 'other' })
})

test('an app that comes near the end of a budget is told of once', async () => {
  await using server = startModelServer(answer(30, 0))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url })
  await context.budgets.save({ ...budget, dayTokensMax: 1_000, alertAt: 0.05 })
  const model = await context.directory.byName('m')
  for (let call = 0; call < 5; call += 1) await ask(model, { appId: 'a' })
  expect(context.metric('orrery_model_budget_alerts_total')).toEqual({ 'period=day,of=tokens': 1 })
})

test('a budget of costs counts what other processes spent', async () => {
  await using server = startModelServer(answer(1_000_000, 0))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url, price })
  await context.budgets.save({ ...budget, appId: '*', monthCostMax: 3 })
  const other = openModels(context.postgres.database)
  await ask(await context.directory.byName('m'), { appId: 'a' })
  await ask(await other.directory.byName('m'), { appId: 'a' })
  const asked = async () => ask(await context.directory.byName('m'), { appId: 'a' })
  await waitFor(
    () =>
      asked().then(
        () => false,
        (error) => error.code === 'MODEL_BUDGET_EXCEEDED',
      ),
    { what: 'a refusal' },
  )
  expect(server.requests.length).toBeLessThanOrEqual(4)
  await other.gate.close()
})

test('prompts under way count, so that many calls at once do not pass a budget that has room for one', async () => {
  const held = Promise.withResolvers<void>()
  await using server = startModelServer(() => held.promise.then(answer(100, 0)))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url })
  await context.budgets.save({ ...budget, dayTokensMax: 100 })
  const model = await context.directory.byName('m')
  const messages = [{ role: 'user' as const, content: 'x'.repeat(400) }]
  const calls = Promise.allSettled(Array.from({ length: 20 }, () => ask(model, { appId: 'a', messages })))
  await waitFor(() => server.requests.length > 0, { what: 'the first call' })
  held.resolve()
  const outcomes = await calls
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('costs in another currency than the budget are refused, since it could not bound them', async () => {
  await using server = startModelServer(answer(1, 1))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url, price: { ...price, currency: 'CNY' } })
  await context.budgets.save({ ...budget, dayCostMax: 1 })
  const asked = ask(await context.directory.byName('m'), { appId: 'a' })
  await expect(asked).rejects.toMatchObject({ code: 'MODEL_BUDGET_CURRENCY' })
})

test('calls of an app and of a model at the same time stay within their limits, over two processes', async () => {
  let [busy, most] = [0, 0]
  await using server = startModelServer(async () => {
    busy += 1
    most = Math.max(most, busy)
    await Bun.sleep(5)
    busy -= 1
    return modelWords('x')
  })
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url, limits: { concurrencyMax: 3 } })
  await context.save({ name: 'free', url: server.url })
  await context.budgets.save({ ...budget, concurrencyMax: 2 })
  const other = openModels(context.postgres.database)
  const ten = (appId: string, name: string) =>
    [context, other].flatMap(({ directory }) =>
      Array.from({ length: 10 }, async () => ask(await directory.byName(name), { appId })),
    )
  await Promise.all(ten('b', 'm'))
  expect(most).toBeWithin(2, 4)
  most = 0
  await Promise.all(ten('a', 'free'))
  expect(most).toBeWithin(1, 3)
  await other.gate.close()
})

test('a reader that leaves while its call waits for a place leaves no place taken', async () => {
  const held = Promise.withResolvers<Response>()
  await using server = startModelServer((_, call) => (call === 1 ? held.promise : modelWords('x')))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url, limits: { concurrencyMax: 1 } })
  await context.budgets.save({ ...budget, concurrencyMax: 3 })
  const model = await context.directory.byName('m')
  const first = ask(model, { appId: 'a' })
  await waitFor(() => server.requests.length === 1, { what: 'the first call' })
  const request = {
    messages: [{ role: 'user' as const, content: 'Hi' }],
    appId: 'a',
    signal: new AbortController().signal,
  }
  const waiting = [1, 2].map(() => (model as ChatModel).stream(request)[Symbol.asyncIterator]())
  const pieces = waiting.map((answer) => answer.next())
  await Promise.all(waiting.map((answer) => answer.return?.()))
  held.resolve(modelWords('x'))
  await first
  expect(await Promise.all(pieces)).toEqual([1, 2].map(() => ({ done: true, value: undefined })))
  await Promise.all([1, 2, 3].map(() => ask(model, { appId: 'a' })))
  expect(server.requests).toHaveLength(4)
})

test('answers are no longer than the model allows', async () => {
  await using server = startModelServer(() => modelWords('x'))
  await using context = await modelContext()
  await context.save({ name: 'm', url: server.url, limits: { outputTokensMax: 100 } })
  const model = await context.directory.byName('m')
  await ask(model, { maxTokens: 5_000 })
  await ask(model, { maxTokens: 50 })
  expect(server.requests.map(({ body }) => body.max_tokens)).toEqual([100, 50])
  expect(model?.facts?.limits).toEqual({ outputTokensMax: 100 })
})
