import { expect, test } from 'bun:test'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { conversationClient, readEvents } from '../test/conversation-client.ts'
import { createTestAgent } from '../test/create-test-agent.ts'

type ModelMessages = { role: string; content: unknown }[]

const setUp = async () => {
  const asked: ModelMessages[] = []
  const server = startModelServer(({ body }) => {
    asked.push(body.messages as ModelMessages)
    return modelWords('a', 'b')
  })
  const agent = await createTestAgent({ allow: '127.0.0.1' })
  const client = conversationClient(agent.app)
  await agent.dependencies.models.insert({ name: 'mock', provider: 'openai', modelId: 'm', url: server.url })
  await client.call('POST /api/agents', { botId: 'b', model: 'mock' })
  return {
    agent,
    client,
    asked,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
const PATH = '/api/agents/b/turns'
const question = { role: 'user', content: 'Hi' }

test('an agent answers messages that the caller keeps, with their files, whole or event by event', async () => {
  await using context = await setUp()
  const { client, asked } = context
  const url = `data:text/plain;base64,${Buffer.from('The code word is saffron.').toString('base64')}`
  const messages = [
    { ...question, files: [{ url, name: 'code.txt' }] },
    { role: 'assistant', content: 'Yes?' },
    question,
  ]
  const whole = await client.call(`POST ${PATH}`, { uid: 'u1', messages })
  expect(whole).toMatchObject({ status: 200, body: { answer: { content: 'ab', failure: null, calls: [] } } })
  expect(asked[0]?.slice(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(JSON.stringify(asked[0]?.[1])).toContain('saffron')

  const response = await client.stream(PATH, { body: { messages: [question], stream: true } })
  const events = readEvents(await response.text())
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index)))
  expect(events.map(({ event }) => event)).toEqual([
    'started',
    'model-delta',
    'model-delta',
    'model-answered',
    'finished',
  ])
  const rest = await client.stream(`${response.headers.get('x-orrery-resume')}?after=2`)
  expect(readEvents(await rest.text())).toEqual(events.slice(2))
})

test('messages that do not take turns, a version that is not there and an agent of another app are refused', async () => {
  await using context = await setUp()
  const { agent, client, asked } = context
  const answer = { role: 'assistant', content: 'Yes?' }
  for (const messages of [[answer], [question, answer], [question, question], [answer, question]])
    expect(await client.call(`POST ${PATH}`, { messages })).toMatchObject({
      status: 422,
      body: { code: 'AGENT_MESSAGES_INVALID' },
    })
  expect((await client.call(`POST ${PATH}`, { messages: [] })).body).toMatchObject({ code: 'REQUEST_INVALID' })
  expect((await client.call(`POST ${PATH}`, { messages: [question], version: '7' })).status).toBe(404)
  const other = conversationClient(agent.app, 'a2')
  expect((await other.call(`POST ${PATH}`, { messages: [question] })).status).toBe(404)
  expect(asked).toEqual([])
})
