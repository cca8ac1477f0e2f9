import { expect, test } from 'bun:test'
import { answerEvents } from '../conformance/answer-json.ts'
import { modelAt } from '../conformance/model-at.ts'
import { listen } from '../conformance/play-provider.ts'

const lines = (...objects: object[]) => new Response(objects.map((object) => `${JSON.stringify(object)}\n`).join(''))
const done = { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 4, eval_count: 6 }

test('several calls in one line and in several, without ids, are told apart', async () => {
  const call = (name: string, value: unknown) => ({ function: { name, arguments: value } })
  await using server = answerEvents(() =>
    lines(
      { message: { content: '', tool_calls: [call('add', { a: 1 }), call('add', { a: 2 })] } },
      { message: { content: '', tool_calls: [call('add', { a: 3 })] } },
      done,
    ),
  )
  const heard = await listen(modelAt('ollama', server.url))
  expect(heard.calls).toEqual([
    { id: 'call_0', name: 'add', arguments: '{"a":1}' },
    { id: 'call_1', name: 'add', arguments: '{"a":2}' },
    { id: 'call_2', name: 'add', arguments: '{"a":3}' },
  ])
  expect(heard.finish).toEqual({
    type: 'finish',
    reason: 'tool-calls',
    usage: { promptTokens: 4, completionTokens: 6, totalTokens: 10 },
  })
})

test('an answer that ends without its last line was cut', async () => {
  await using server = answerEvents(() => lines({ message: { content: 'So far' }, done: false }))
  await expect(listen(modelAt('ollama', server.url))).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' })
})

test('a last line without a line break counts, and servers of old say no reason', async () => {
  await using server = answerEvents(
    () => new Response('{"message":{"content":"a"}}\n{"message":{"content":"b"},"done":true}'),
  )
  expect(await listen(modelAt('ollama', server.url))).toMatchObject({ text: 'ab', finish: { reason: 'stop' } })
})

test('a model that is not there is refused with its name', async () => {
  await using server = answerEvents(() => Response.json({ error: 'model "m1" not found' }, { status: 404 }))
  await expect(listen(modelAt('ollama', server.url))).rejects.toMatchObject({
    code: 'MODEL_REFUSED',
    message: expect.stringContaining('not found'),
  })
})

test('options are joined, and what belongs beside them stays there', async () => {
  await using server = answerEvents(() => lines(done))
  const parameters = { options: { num_ctx: 8_192 }, keep_alive: '5m' }
  await listen(modelAt('ollama', server.url, { parameters }), { maxTokens: 5, extra: { think: true } })
  expect(server.asked[0]).toMatchObject({
    path: '/api/chat',
    body: { model: 'm1', stream: true, think: true, keep_alive: '5m', options: { num_ctx: 8_192, num_predict: 5 } },
  })
})

test.each([
  ['prefix', 'assistant'],
  ['instruction', 'user'],
])('an interrupted answer is continued by %s', async (mode, role) => {
  await using server = answerEvents(() => lines(done))
  const parameters = { orrery_continuation: mode }
  await listen(modelAt('ollama', server.url, { parameters }), { continueFrom: 'The fox' })
  const { body } = server.asked[0]!
  expect((body.messages as { role: string }[]).at(-1)?.role).toBe(role)
  expect(body).not.toHaveProperty('orrery_continuation')
})
