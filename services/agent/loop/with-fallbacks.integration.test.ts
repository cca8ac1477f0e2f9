import { expect, test } from 'bun:test'
import type { ChatDelta, ChatModel } from '#shared/models/chat-model.ts'
import { ModelError } from '#shared/models/model-error.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { conversationClient } from '../test/conversation-client.ts'
import { createTestAgent } from '../test/create-test-agent.ts'
import { withFallbacks } from './with-fallbacks.ts'

const request = { messages: [], signal: new AbortController().signal }
const text = (word: string): ChatDelta => ({ type: 'text', text: word })

/** A model that says these words and then fails, where it is told to. */
const model = (name: string, words: string[], failure?: Error): ChatModel => ({
  name,
  async *stream() {
    for (const word of words) yield text(word)
    if (failure) throw failure
  },
})
const refused = (status: number) => new ModelError('MODEL_REFUSED', 'no', { providerStatus: status })
const away = () => new ModelError('MODEL_UNREACHABLE', 'away')
const answer = (asked: ChatModel) => Array.fromAsync(asked.stream(request))

test('the first that can answers; nobody is asked for nothing', async () => {
  const looked: string[] = []
  const standIn = (found: ChatModel | undefined) => async () => {
    looked.push(found?.name ?? 'nobody')
    return found
  }
  const second = standIn(model('second', ['b']))
  expect(await answer(withFallbacks(model('first', ['a']), [second]))).toEqual([text('a')])
  expect(looked).toEqual([])
  expect(await answer(withFallbacks(model('first', [], away()), [standIn(undefined), second]))).toEqual([text('b')])
  expect(looked).toEqual(['nobody', 'second'])
})

test('after a first word there is no other model, and a request that is wrong is wrong for all', async () => {
  const second = async () => model('second', ['b'])
  expect(answer(withFallbacks(model('first', ['a'], away()), [second]))).rejects.toThrow('away')
  expect(answer(withFallbacks(model('first', [], refused(400)), [second]))).rejects.toThrow('no')
  expect(await answer(withFallbacks(model('first', [], refused(401)), [second]))).toEqual([text('b')])
  const both = withFallbacks(model('first', [], away()), [async () => model('second', [], refused(403))])
  expect(answer(both)).rejects.toThrow('away')
})

test('an agent whose model is away, or was deleted, answers with the one that it names for that', async () => {
  await using server = startModelServer(({ body }) =>
    body.model === 'broken' ? Response.json({ error: { message: 'gone' } }, { status: 404 }) : modelWords('I stand in'),
  )
  await using agent = await createTestAgent({ allow: '127.0.0.1' })
  const client = conversationClient(agent.app)
  for (const modelId of ['broken', 'spare'])
    await agent.dependencies.models.insert({ name: modelId, provider: 'openai', modelId, url: server.url })
  await client.call('POST /api/agents', { botId: 'b', model: 'broken', fallbackModels: ['nobody', 'spare'] })
  const id = await client.create()
  expect((await client.ask(id, 'Hi')).body).toMatchObject({ message: { content: 'I stand in', failure: null } })
  expect(server.requests.map(({ body }) => body.model)).toEqual(['broken', 'spare'])
  await agent.dependencies.models.remove('broken')
  expect((await client.ask(id, 'Hi')).body).toMatchObject({ message: { content: 'I stand in', failure: null } })
})
