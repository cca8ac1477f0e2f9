import { expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { conversationClient, readEvents } from '../test/conversation-client.ts'
import { createTestAgent } from '../test/create-test-agent.ts'

type ModelMessages = { role: string; content: string }[]

/** An agent `b` whose model is asked over HTTP and answers with what it was asked, in words of `answer`. */
const setUp = async (options: {
  settings?: object
  answer?: (messages: ModelMessages, asked: number) => Response | Promise<Response>
}) => {
  const server = startModelServer(({ body }, asked) => {
    const messages = body.messages as ModelMessages
    return options.answer?.(messages, asked) ?? modelWords(`re: ${messages.at(-1)?.content}`)
  })
  const agent = await createTestAgent({ allow: '127.0.0.1' })
  const client = conversationClient(agent.app)
  await agent.dependencies.models.insert({ name: 'mock', provider: 'openai', modelId: 'm', url: server.url })
  await client.call('POST /api/agents', { botId: 'b', model: 'mock', instruction: 'Be kind.', ...options.settings })
  return {
    agent,
    client,
    /** What the model read in its n-th call, without the system's words. */
    readBy: (call: number) => (server.requests[call]!.body.messages as ModelMessages).slice(1),
    systemOf: (call: number) => (server.requests[call]!.body.messages as ModelMessages)[0]?.content ?? '',
    server,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('a conversation is begun, asked, read, renamed and deleted', async () => {
  await using context = await setUp({})
  const { client, readBy } = context
  const id = await client.create({ uid: 'u1' })
  const first = await client.ask(id, 'One')
  expect(first).toMatchObject({
    status: 200,
    body: {
      conversationId: id,
      question: { sequence: 0, role: 'user', content: 'One' },
      message: { sequence: 1, role: 'assistant', content: 're: One', failure: null, calls: [] },
    },
  })
  await client.ask(id, 'Two')
  expect(readBy(1)).toMatchObject([
    { role: 'user', content: 'One' },
    { role: 'assistant', content: 're: One' },
    { role: 'user', content: 'Two' },
  ])
  expect((await client.messages(id)).map(({ content }) => content)).toEqual(['One', 're: One', 'Two', 're: Two'])
  expect((await client.call(`GET /api/conversations/${id}/messages?limit=3`)).body).toMatchObject({ nextAfter: 2 })
  expect(await client.messages(id, '?limit=3&after=2')).toMatchObject([{ sequence: 3 }])

  expect((await client.call(`PUT /api/conversations/${id}`, { title: 'Sums' })).body).toMatchObject({ title: 'Sums' })
  const second = await client.create({ uid: 'u2' })
  const list = async (query: string) =>
    ((await client.call(`GET /api/conversations${query as ''}`)).body as { conversations: { id: string }[] })
      .conversations
  expect((await list('')).map((found) => found.id)).toEqual([second, id])
  expect(await list('?uid=u1')).toMatchObject([{ id, title: 'Sums', openRunId: null }])
  expect(await list(`?limit=1&before=${second}`)).toMatchObject([{ id }])
  expect((await client.call(`DELETE /api/conversations/${id}`)).status).toBe(204)
  expect(await client.call(`GET /api/conversations/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'AGENT_CONVERSATION_NOT_FOUND' },
  })
  expect(await context.agent.postgres.client`select * from conversation_messages`).toHaveLength(0)
})

test('another app sees nothing of a conversation, and can do nothing with it', async () => {
  await using context = await setUp({})
  const { agent, client } = context
  const id = await client.create()
  const { runId } = (await client.ask(id, 'One')).body as { runId: string }
  const other = conversationClient(agent.app, 'a2')
  for (const answer of [
    await other.call(`GET /api/conversations/${id}`),
    await other.call(`GET /api/conversations/${id}/messages`),
    await other.call(`GET /api/conversations/${id}/turns/${runId}/events`),
    await other.call(`PUT /api/conversations/${id}`, { title: 'x' }),
    await other.call(`DELETE /api/conversations/${id}`),
    await other.ask(id, 'Two'),
    await other.call(`POST /api/conversations/${id}/regenerate`, {}),
    await other.call('POST /api/conversations', { botId: 'b' }),
  ])
    expect(answer.status).toBe(404)
  expect((await other.call('GET /api/conversations')).body).toEqual({ conversations: [], nextBefore: null })
  expect(await client.messages(id)).toHaveLength(2)
})

test('one turn at a time: a second question is refused while the first is answered, and names the turn', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using context = await setUp({
    answer: async () => {
      await promise
      return modelWords('late')
    },
  })
  const { client } = context
  const id = await client.create()
  const asked = await Promise.all(
    [1, 2, 3].map((number) =>
      client.stream(`/api/conversations/${id}/messages`, { body: { content: `Q${number}`, stream: true } }),
    ),
  )
  expect(asked.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  const runId = asked.find(({ status }) => status === 200)?.headers.get('x-orrery-run-id') ?? ''
  const refused = await client.ask(id, 'Once more')
  expect(refused).toMatchObject({ status: 409, body: { code: 'AGENT_CONVERSATION_BUSY' } })
  expect(JSON.stringify(refused.body)).toContain(runId)
  expect((await client.call(`GET /api/conversations/${id}`)).body).toMatchObject({ openRunId: runId })
  resolve()
  await asked.find(({ status }) => status === 200)?.text()
  expect(await client.messages(id)).toMatchObject([{ role: 'user' }, { content: 'late', runId }])
  expect((await client.ask(id, 'Now')).status).toBe(200)
})

test('a stream tells the turn event by event, ends with the stored answer, and goes on after an event that was read', async () => {
  await using context = await setUp({ answer: () => modelWords('a', 'b', 'c') })
  const { client } = context
  const id = await client.create()
  const response = await client.stream(`/api/conversations/${id}/messages`, { body: { content: 'Hi', stream: true } })
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  const events = readEvents(await response.text())
  expect(events[0]).toMatchObject({ id: '0', event: 'started', data: { conversationId: id } })
  expect(events.slice(0, -1).map((event) => event.id)).toEqual(events.slice(0, -1).map((_, index) => String(index)))
  const told = events.filter(({ event }) => event === 'model-delta').map(({ data }) => data.content)
  expect(told.join('')).toBe('abc')
  const [stored] = (await client.messages(id)).slice(-1)
  expect(events.at(-1)).toMatchObject({ event: 'message', data: { ...stored } })

  const path = `/api/conversations/${id}/turns/${runId}/events`
  const rest = await client.stream(path, { lastEventId: events[1]?.id ?? '' })
  expect(readEvents(await rest.text())).toEqual(events.slice(2))
  // As the gateway asks another worker: after so many events of a stream that itself began in the middle.
  const resume = rest.headers.get('x-orrery-resume') ?? ''
  expect(readEvents(await (await client.stream(`${resume}&after=1`)).text())).toEqual(events.slice(3))
  expect(await client.call(`GET /api/conversations/${id}/turns/123/events`)).toMatchObject({ status: 404 })
})

test('the last question is asked again, changed or not; what it replaces stays readable', async () => {
  await using context = await setUp({
    answer: ([...messages], asked) => modelWords(`${asked}: ${messages.at(-1)?.content}`),
  })
  const { client, readBy } = context
  const id = await client.create()
  expect(await client.call(`POST /api/conversations/${id}/regenerate`, {})).toMatchObject({
    status: 409,
    body: { code: 'AGENT_NOTHING_TO_REPEAT' },
  })
  await client.ask(id, 'One')
  await client.ask(id, 'Two')
  expect((await client.call(`POST /api/conversations/${id}/regenerate`, {})).body).toMatchObject({
    message: { content: '3: Two', sequence: 5 },
  })
  await client.call(`POST /api/conversations/${id}/regenerate`, { content: 'Three' })
  expect((await client.messages(id)).map(({ content }) => content)).toEqual(['One', '1: One', 'Three', '4: Three'])
  expect(readBy(3).map(({ content }) => content)).toEqual(['One', '1: One', 'Three'])
  expect(await client.messages(id, '?replaced=true')).toMatchObject(
    ['One', '1: One', 'Two', '2: Two', 'Two', '3: Two', 'Three', '4: Three'].map((content) => ({ content })),
  )
})

test('a failed turn is an answer that says why, and the next one does without it', async () => {
  await using context = await setUp({
    answer: (messages, asked) =>
      asked === 1
        ? modelStream(modelChunk({ content: '' }), { error: { message: 'moderated' } })
        : modelWords(`${messages.length}`),
  })
  const { client, readBy } = context
  const id = await client.create()
  expect((await client.ask(id, 'Bad')).body).toMatchObject({
    message: { content: '', failure: { code: 40303, message: expect.stringContaining('moderated') } },
  })
  expect((await client.ask(id, 'Good')).body).toMatchObject({ message: { failure: null } })
  expect(readBy(1)).toMatchObject([{ role: 'user', content: 'Good' }])
})

test('a turn that waits for a person keeps its conversation busy, and its answer comes once it is allowed', async () => {
  await using context = await setUp({ settings: { model: 'rehearsal', tools: ['calculator'], approval: 'always' } })
  const { client, agent } = context
  const id = await client.create()
  const asked = await client.ask(id, 'What is 12 * 7?')
  expect(asked).toMatchObject({ status: 202, body: { message: null, question: { content: 'What is 12 * 7?' } } })
  const { runId } = asked.body as { runId: string }
  expect(await client.ask(id, 'Well?')).toMatchObject({ status: 409, body: { code: 'AGENT_CONVERSATION_BUSY' } })
  // Nobody is kept waiting here for what may take a day.
  await waitFor(() => agent.dependencies.registry.size === 0, { what: 'the worker to be free' })

  const { approvals } = (await client.call('GET /api/approvals')).body as {
    approvals: { turnId: string; callId: string; argumentsHash: string }[]
  }
  expect(approvals).toMatchObject([{ turnId: runId }])
  const [waiting] = approvals
  const decision = { callId: waiting?.callId, argumentsHash: waiting?.argumentsHash, approve: true }
  expect((await client.call(`POST /api/turns/${runId}/approvals`, decision)).status).toBe(200)
  await waitFor(async () => (await client.messages(id)).length === 2, { what: 'the answer' })
  expect((await client.messages(id))[1]).toMatchObject({ runId, content: expect.stringContaining('84'), failure: null })
  expect((await client.call(`GET /api/conversations/${id}`)).body).toMatchObject({ openRunId: null })
})

test('deleting a conversation ends the turn that is being taken, and leaves nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using context = await setUp({
    answer: async () => {
      await promise
      return modelWords('too late')
    },
  })
  const { client, agent } = context
  const id = await client.create()
  const response = await client.stream(`/api/conversations/${id}/messages`, { body: { content: 'Hi', stream: true } })
  expect((await client.call(`DELETE /api/conversations/${id}`)).status).toBe(204)
  const events = readEvents(await response.text())
  resolve()
  expect(events.at(-1)?.event).not.toBe('message')
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  await waitFor(async () => (await agent.journal.find(runId))?.state === 'cancelled', { what: 'the turn to end' })
  await agent.dependencies.registry.stop(5_000)
  expect(await agent.postgres.client`select * from conversation_messages`).toHaveLength(0)
})

test('which version answers: the published one, the draft, or a number, and it may be changed on the way', async () => {
  await using context = await setUp({})
  const { client, systemOf } = context
  await client.call('PUT /api/agents/b', { instruction: 'Be brief.' })
  const published = await client.create()
  const draft = await client.create({ version: 'draft' })
  await client.ask(published, 'x')
  await client.ask(draft, 'x')
  expect(systemOf(0)).toContain('Be kind.')
  expect(systemOf(1)).toContain('Be brief.')
  await client.call('POST /api/agents/b/publish', {})
  await client.ask(published, 'x')
  expect(systemOf(2)).toContain('Be brief.')
  await client.call(`PUT /api/conversations/${published}`, { version: '1' })
  await client.ask(published, 'x')
  expect(systemOf(3)).toContain('Be kind.')
  expect(await client.call(`PUT /api/conversations/${published}`, { version: '7' })).toMatchObject({ status: 404 })
  expect(await client.call('POST /api/conversations', { botId: 'b', version: '7' })).toMatchObject({ status: 404 })
})

test('text that PostgreSQL does not store neither stops the question nor the answer', async () => {
  await using context = await setUp({ answer: () => modelWords('a\u0000b', '\ud800') })
  const { client } = context
  const id = await client.create()
  expect((await client.ask(id, 'x\u0000y')).status).toBe(200)
  expect((await client.messages(id)).map(({ content }) => content)).toEqual(['xy', 'ab\ufffd'])
})
