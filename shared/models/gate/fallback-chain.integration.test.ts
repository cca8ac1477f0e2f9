import { expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { ask, modelContext, textOf } from '../fixtures/model-context.ts'

const refuse = (status: number, message: string) => () => Response.json({ error: { message } }, { status })

test('the next model answers while nothing of the answer was seen, and the answer says who did', async () => {
  await using broken = startModelServer(refuse(401, 'bad key'))
  await using away = startModelServer(refuse(400, 'context length exceeded'))
  await using good = startModelServer(() => modelWords('from ', 'the third'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: broken.url, fallbacks: ['second'] })
  await context.save({ name: 'second', url: away.url, fallbacks: ['third'] })
  await context.save({ name: 'third', url: good.url })

  const deltas = await ask(await context.directory.byName('first'), { appId: 'a' })
  expect(textOf(deltas)).toBe('from the third')
  expect(deltas.at(-1)).toMatchObject({ type: 'finish', model: 'third' })
  expect(good.requests[0]?.body.model).toBe('third')
  expect(context.metric('orrery_model_fallbacks_total')).toEqual({
    'model=first,to=second': 1,
    'model=second,to=third': 1,
  })
  expect(context.metric('orrery_model_calls_total')).toMatchObject({
    'model=first,outcome=MODEL_REFUSED': 1,
    'model=third,outcome=completed': 1,
  })
  expect(await context.usage()).toMatchObject([
    { app_id: 'a', model: 'first', calls: 1, broken: 1, prompt: 0, completion: 0 },
    { app_id: 'a', model: 'second', calls: 1, broken: 1, prompt: 0, completion: 0 },
    { app_id: 'a', model: 'third', calls: 1, broken: 0, estimated: 1 },
  ])
})

test('once a word was seen the answer fails as it is, for two models would contradict each other', async () => {
  await using breaking = startModelServer(() =>
    modelStream(modelChunk({ content: 'half' }), 'data: {"error":{"message":"overloaded","code":503}}\n\n'),
  )
  await using good = startModelServer(() => modelWords('whole'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: breaking.url, fallbacks: ['second'] })
  await context.save({ name: 'second', url: good.url })
  await expect(ask(await context.directory.byName('first'))).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' })
  expect(good.requests).toHaveLength(0)
  expect(await context.usage()).toMatchObject([{ model: 'first', calls: 1, broken: 1, estimated: 1, completion: 1 }])
})

test('a request that is wrong for everybody is answered by the model that was asked', async () => {
  await using strict = startModelServer(refuse(422, 'messages must not be empty'))
  await using good = startModelServer(() => modelWords('x'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: strict.url, fallbacks: ['second'] })
  await context.save({ name: 'second', url: good.url })
  await expect(ask(await context.directory.byName('first'))).rejects.toThrow('messages must not be empty')
  expect(good.requests).toHaveLength(0)
})

test('models that lack what the request needs, or are disabled, do not stand in', async () => {
  await using broken = startModelServer(refuse(401, 'bad key'))
  await using good = startModelServer(() => modelWords('seen'))
  await using context = await modelContext()
  const unknown = 'unknown' as const
  await context.save({ name: 'first', url: broken.url, fallbacks: ['plain', 'off', 'able'] })
  await context.save({
    name: 'plain',
    url: good.url,
    capabilities: { tools: 'false', images: unknown, reasoning: unknown },
  })
  await context.save({ name: 'off', url: good.url, enabled: false })
  await context.save({ name: 'able', url: good.url })
  const tools = [{ name: 't', description: '', parameters: { type: 'object' } }]
  expect((await ask(await context.directory.byName('first'), { tools })).at(-1)).toMatchObject({ model: 'able' })
})

test('a provider that asks for a long pause is not waited for while another model can answer', async () => {
  await using limited = startModelServer(() =>
    Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '15' } }),
  )
  await using good = startModelServer(() => modelWords('at once'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: limited.url, fallbacks: ['second'] })
  await context.save({ name: 'second', url: good.url })
  expect((await ask(await context.directory.byName('first'))).at(-1)).toMatchObject({ model: 'second' })
  expect(limited.requests).toHaveLength(1)
})

test('a busy model is stood in for after a moment', async () => {
  const held = Promise.withResolvers<Response>()
  await using slow = startModelServer(() => held.promise)
  await using good = startModelServer(() => modelWords('free'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: slow.url, limits: { concurrencyMax: 1 }, fallbacks: ['second'] })
  await context.save({ name: 'second', url: good.url })
  const model = await context.directory.byName('first')
  const first = ask(model)
  const second = await ask(model)
  expect(second.at(-1)).toMatchObject({ model: 'second' })
  held.resolve(modelWords('late'))
  expect((await first).at(-1)).toMatchObject({ model: 'first' })
})

test('a caller that leaves asks nobody else', async () => {
  await using hanging = startModelServer(() => new Promise<Response>(() => undefined))
  await using good = startModelServer(() => modelWords('x'))
  await using context = await modelContext()
  await context.save({ name: 'first', url: hanging.url, fallbacks: ['second'] })
  await context.save({ name: 'second', url: good.url })
  const leaving = new AbortController()
  const asked = ask(await context.directory.byName('first'), { signal: leaving.signal })
  setTimeout(() => leaving.abort(new Error('gone')), 30)
  await expect(asked).rejects.toThrow('gone')
  expect(good.requests).toHaveLength(0)
})
