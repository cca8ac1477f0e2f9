import { expect, test } from 'bun:test'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { conversationClient } from '../test/conversation-client.ts'
import { createTestAgent } from '../test/create-test-agent.ts'
import { summariseNext } from './summarise-conversation.ts'

type ModelMessages = { role: string; content: string }[]

/** An agent with a memory of summaries; `fails` of its first requests for one are refused. */
const setUp = async (options: { fails?: number; duringSummary?: () => Promise<void> } = {}) => {
  const summaries: ModelMessages[] = []
  const turns: ModelMessages[] = []
  await using cleanUp = new AsyncDisposableStack()
  const server = cleanUp.use(
    startModelServer(async ({ body }) => {
      const messages = body.messages as ModelMessages
      if (!messages[0]?.content.startsWith('You keep the notes')) {
        turns.push(messages)
        return modelWords(`answer ${turns.length}`)
      }
      summaries.push(messages)
      await options.duringSummary?.()
      if (summaries.length <= (options.fails ?? 0)) return new Response('{"error":{"message":"no"}}', { status: 400 })
      return modelWords(`notes ${summaries.length}`)
    }),
  )
  const agent = cleanUp.use(await createTestAgent({ allow: '127.0.0.1' }))
  const client = conversationClient(agent.app)
  await agent.dependencies.models.insert({ name: 'mock', provider: 'openai', modelId: 'm', url: server.url })
  const memory = { conversation: { mode: 'summary', messages: 2 }, longTerm: {} }
  await client.call('POST /api/agents', { botId: 'b', model: 'mock', memory })
  const id = await client.create()
  const kept = cleanUp.move()
  return {
    agent,
    client,
    id,
    summaries,
    turns,
    async row() {
      const [row] = await agent.postgres.client`select * from conversations where id = ${id}`
      return row as { summary: string; summarised_before: number; summary_due_at: Date | null }
    },
    summarise: () => summariseNext(agent.dependencies, AbortSignal.timeout(10_000)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** A summary is noted as due once the answer is out, so it may be a moment later. */
const due = (context: Awaited<ReturnType<typeof setUp>>) =>
  waitFor(async () => (await context.row()).summary_due_at !== null, { what: 'a summary to be due' })

test('older messages are read as a summary, which grows with the conversation; the messages stay', async () => {
  await using context = await setUp()
  const { client, id, summaries, turns, summarise } = context
  await client.ask(id, 'Q1')
  expect(await summarise()).toBe(false)
  await client.ask(id, 'Q2')
  await due(context)
  await waitFor(summarise, { what: 'the summary' })
  expect(await context.row()).toMatchObject({ summary: 'notes 1', summarised_before: 2, summary_due_at: null })
  expect(summaries[0]?.[1]?.content).toBe('What was said since:\nuser: Q1\nassistant: answer 1')

  await client.ask(id, 'Q3')
  expect(turns[2]?.[0]?.content).toContain('What was said earlier in this conversation')
  expect(turns[2]?.[0]?.content).toContain('notes 1')
  expect(turns[2]?.slice(1).map(({ content }) => content)).toEqual(['Q2', 'answer 2', 'Q3'])
  await due(context)
  await waitFor(summarise, { what: 'the summary' })
  expect(summaries[1]?.[1]?.content).toBe(
    'The notes so far:\nnotes 1\n\nWhat was said since:\nuser: Q2\nassistant: answer 2',
  )
  expect(await client.messages(id)).toHaveLength(6)
})

test('a model that cannot make a summary costs nothing but a later try', async () => {
  await using context = await setUp({ fails: 1 })
  const { client, id, agent, turns, summarise } = context
  await client.ask(id, 'Q1')
  await client.ask(id, 'Q2')
  await due(context)
  await waitFor(summarise, { what: 'the summary' })
  expect(await summarise()).toBe(false)
  expect(await context.row()).toMatchObject({ summary: '', summary_due_at: expect.anything() })
  await client.ask(id, 'Q3')
  expect(turns[2]?.slice(1)).toHaveLength(5)
  await agent.postgres.client`update conversations set summary_due_at = now() - interval '1 second'`
  // One that is written to at the moment is passed over.
  await waitFor(summarise, { what: 'the summary' })
  expect(await context.row()).toMatchObject({ summary: 'notes 2', summarised_before: 4 })
})

test('of two workers one makes a summary, and what a dead one left is made by another', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using context = await setUp({ duringSummary: () => promise })
  const { client, id, agent, summaries, summarise } = context
  await client.ask(id, 'Q1')
  await client.ask(id, 'Q2')
  await due(context)
  const making = waitFor(summarise, { what: 'the first summary' })
  await waitFor(() => summaries.length === 1, { what: 'the request for a summary' })
  expect(await summarise()).toBe(false)
  // As if the one that makes it had died long ago.
  await agent.postgres.client`update conversations set summary_due_at = now() - interval '1 second'`
  const again = waitFor(summarise, { what: 'the second summary' })
  await waitFor(() => summaries.length === 2, { what: 'the second request' })
  resolve()
  expect(await Promise.all([making, again])).toEqual([true, true])
  expect(await context.row()).toMatchObject({
    summary: expect.stringContaining('notes'),
    summarised_before: 2,
    summary_due_at: null,
  })
})
