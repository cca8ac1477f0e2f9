import { expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { conversationClient } from '../test/conversation-client.ts'
import { createTestAgent } from '../test/create-test-agent.ts'
import { MEMORIES_MAX } from './memory-store.ts'
import { runMemoryTool } from './memory-tools.ts'

type ModelBody = { messages: { role: string; content: string }[]; tools?: { function: { name: string } }[] }
interface Shown {
  id: string
  text: string
  source: string
}

const scope = { appId: 'a1', botId: 'b', uid: 'u1' }

const setUp = async (options: { enabled: boolean; tokensMax?: number; calls?: [name: string, fact: string][] }) => {
  const asked: ModelBody[] = []
  const calls = [...(options.calls ?? [])]
  const server = startModelServer(({ body }) => {
    const request = body as unknown as ModelBody
    asked.push(request)
    const call = request.messages.at(-1)?.role === 'user' ? calls.shift() : undefined
    if (!call) return modelWords(`done: ${request.messages.at(-1)?.content}`)
    const [name, fact] = call
    const tool = { index: 0, id: 'c1', function: { name, arguments: JSON.stringify({ fact }) } }
    return modelStream(modelChunk({ tool_calls: [tool] }), modelChunk({}, 'tool_calls'))
  })
  const agent = await createTestAgent({ allow: '127.0.0.1' })
  const client = conversationClient(agent.app)
  await agent.dependencies.models.insert({ name: 'mock', provider: 'openai', modelId: 'm', url: server.url })
  const longTerm = { enabled: options.enabled, tokensMax: options.tokensMax ?? 500 }
  const memory = { conversation: { mode: 'window' }, longTerm }
  await client.call('POST /api/agents', { botId: 'b', model: 'mock', memory })
  return {
    agent,
    client,
    asked,
    systemOf: (call: number) => asked[call]?.messages[0]?.content ?? '',
    async list(query = ''): Promise<Shown[]> {
      return ((await client.call(`GET /api/memories${query as ''}`)).body as { memories: Shown[] }).memories
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('what an agent was told in one conversation it knows in the next one of the same user, and of nobody else', async () => {
  await using context = await setUp({ enabled: true, calls: [['remember', 'The user drinks tea.']] })
  const { client, systemOf, list } = context
  await client.ask(await client.create({ uid: 'u1' }), 'I drink tea.')
  expect(await list('?botId=b&uid=u1')).toMatchObject([{ text: 'The user drinks tea.', source: 'agent' }])
  expect(systemOf(0)).not.toContain('tea')

  await client.ask(await client.create({ uid: 'u1' }), 'What shall I have?')
  expect(systemOf(2)).toContain('What you noted about the user before')
  expect(systemOf(2)).toContain('- The user drinks tea.')
  await client.ask(await client.create({ uid: 'u2' }), 'What shall I have?')
  expect(systemOf(3)).not.toContain('tea')
})

test('it works for chats of the wire and of the OpenAI façade just so', async () => {
  await using context = await setUp({ enabled: true })
  const { client, systemOf } = context
  await client.call('POST /api/memories', { ...scope, text: 'The user drinks tea.' })
  const messages = [{ role: 'user', content: 'tea?' }]
  await client.call('POST /agent/v1/chat/completions', { bot_id: 'b', uid: 'u1', messages })
  await client.call('POST /v1/chat/completions', { model: 'agent:b', user: 'u1', messages })
  await client.call('POST /agent/v1/chat/completions', { bot_id: 'b', uid: 'u2', messages })
  expect([0, 1, 2].map((call) => systemOf(call).includes('- The user drinks tea.'))).toEqual([true, true, false])
})

test('it is off until it is switched on, and without a user there is nobody to remember', async () => {
  await using context = await setUp({ enabled: false })
  const { client, asked, systemOf } = context
  await client.call('POST /api/memories', { ...scope, text: 'The user drinks tea.' })
  await client.ask(await client.create({ uid: 'u1' }), 'tea?')
  expect(asked[0]?.tools).toBeUndefined()
  expect(systemOf(0)).not.toContain('tea')

  await client.call('PUT /api/agents/b', { memory: { conversation: { mode: 'window' }, longTerm: { enabled: true } } })
  await client.call('POST /api/agents/b/publish', {})
  await client.ask(await client.create({ uid: 'u1' }), 'tea?')
  expect(asked[1]?.tools?.map((tool) => tool.function.name)).toEqual(['remember', 'forget'])
  expect(systemOf(1)).toContain('tea')
  await client.ask(await client.create(), 'tea?')
  expect(asked[2]?.tools).toBeUndefined()
})

test('a user sees, adds, corrects and deletes what is remembered', async () => {
  await using context = await setUp({ enabled: true })
  const { client, list, agent } = context
  const added = (await client.call('POST /api/memories', { ...scope, text: 'Likes tea' })).body as Shown
  expect(added).toMatchObject({ ...scope, text: 'Likes tea', source: 'user' })
  await client.call('POST /api/memories', { ...scope, text: 'Likes rain' })
  await client.call('POST /api/memories', { ...scope, uid: 'u2', text: 'Likes sun' })
  expect((await client.call(`PUT /api/memories/${added.id}`, { text: 'Likes coffee' })).body).toMatchObject({
    text: 'Likes coffee',
  })
  expect((await list('?uid=u1')).map(({ text }) => text).sort()).toEqual(['Likes coffee', 'Likes rain'])
  const [first, second] = [await list('?limit=2'), await list('?limit=2')]
  expect(first).toEqual(second)
  expect(await list(`?limit=2&after=${first.at(-1)?.id}`)).toHaveLength(1)
  // Found by its new words.
  expect(await agent.dependencies.memories.recall(scope, { question: 'coffee', tokensMax: 3 })).toEqual([
    'Likes coffee',
  ])

  const other = conversationClient(agent.app, 'a2')
  expect((await other.call('GET /api/memories')).body).toEqual({ memories: [], nextAfter: null })
  expect((await other.call(`PUT /api/memories/${added.id}`, { text: 'x' })).status).toBe(404)
  expect((await other.call(`DELETE /api/memories/${added.id}`)).status).toBe(404)
  expect((await other.call('POST /api/memories', { ...scope, text: 'x' })).status).toBe(404)

  expect((await client.call(`DELETE /api/memories/${added.id}`)).status).toBe(204)
  expect(await client.call(`DELETE /api/memories/${added.id}`)).toMatchObject({
    status: 404,
    body: { code: 'AGENT_MEMORY_NOT_FOUND' },
  })
  expect((await client.call('DELETE /api/memories?botId=b&uid=u1')).body).toEqual({ deleted: 1 })
  expect(await list()).toMatchObject([{ text: 'Likes sun' }])
})

test('the facts that share words with a question come first, in any script, within the budget', async () => {
  await using context = await setUp({ enabled: true })
  const { memories } = context.agent.dependencies
  const facts = [
    'Lives in Köln with two cats',
    '用户喜欢喝绿茶',
    'Works as a gardener',
    "Isn't fond of 'quotes' & | ! :* signs",
    'Has a sister',
  ]
  for (const text of facts) await memories.add(scope, { text, source: 'user' })
  const first = async (question: string) => (await memories.recall(scope, { question, tokensMax: 500 }))[0]
  expect(await first('Where in Koln are the cats?')).toBe(facts[0] ?? '')
  expect(await first('推荐一种绿茶')).toBe(facts[1] ?? '')
  expect(await first('gardener?')).toBe(facts[2] ?? '')
  expect(await first("quotes') | !! :* <-> &")).toBe(facts[3] ?? '')
  // Nothing in common: the newest.
  expect(await first('zzz')).toBe(facts[4] ?? '')
  expect(await first('')).toBe(facts[4] ?? '')
  const within = await memories.recall(scope, { question: 'cats', tokensMax: 10 })
  expect(within[0]).toBe(facts[0] ?? '')
  expect(within.length).toBeLessThan(facts.length)
})

test('a call that is repeated after a crash notes a fact once; forgetting asks when several facts are meant', async () => {
  await using context = await setUp({ enabled: true })
  const { memories } = context.agent.dependencies
  const run = (action: 'remember' | 'forget', fact: string, idempotencyKey: string = crypto.randomUUID()) =>
    runMemoryTool(memories, { action, botId: 'b', input: { fact } }, { ...scope, idempotencyKey })
  await run('remember', 'Has a cat named Tom', '7:0:0')
  await run('remember', 'Has a cat named Tom', '7:0:0')
  await run('remember', 'Has a cat named Ina')
  expect(await memories.count(scope)).toBe(2)
  expect(await run('forget', 'cat')).toMatchObject({ failed: true, text: expect.stringContaining('named Tom') })
  expect(await memories.count(scope)).toBe(2)
  expect(await run('forget', 'cat Tom')).toEqual({ failed: false, text: 'Forgotten: Has a cat named Tom' })
  expect(await run('forget', 'dog')).toMatchObject({ text: 'Nothing like that was noted.' })
  expect(await run('forget', 'has a CAT named ina')).toMatchObject({ failed: false })
  expect(await memories.count(scope)).toBe(0)
  expect(run('remember', ' ')).rejects.toThrow('fact')
})

test('what a deleted agent remembered is gone with it', async () => {
  await using context = await setUp({ enabled: true })
  const { client, list } = context
  await client.call('POST /api/memories', { ...scope, text: 'Likes tea' })
  await client.call('DELETE /api/agents/b')
  expect(await list()).toEqual([])
})

test('a full memory says so', async () => {
  await using context = await setUp({ enabled: true })
  await context.agent.postgres.client`
    insert into memories (id, app_id, bot_id, uid, text, terms, source)
    select lpad(to_hex(n), 32, '0'), 'a1', 'b', 'u1', 'fact ' || n, 'fact ' || n, 'user' from generate_series(1, ${MEMORIES_MAX}) n`
  expect(await context.client.call('POST /api/memories', { ...scope, text: 'One more' })).toMatchObject({
    status: 409,
    body: { code: 'AGENT_MEMORY_FULL' },
  })
})
