import { expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { conversationClient, readEvents, type ShownMessage } from '../test/conversation-client.ts'
import { appHeaders, createTestAgent } from '../test/create-test-agent.ts'
import type { AgentProcessOptions } from '../test/fixtures/agent-process.ts'
import { keepConversations } from './keep-conversations.ts'

const KILLS = Number(process.env.CONVERSATION_KILLS ?? 6)
const CONVERSATIONS = 4

const startProcess = async (options: AgentProcessOptions) => {
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/../test/fixtures/agent-process.ts`, JSON.stringify(options)],
    {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    },
  )
  const { value } = await child.stdout.getReader().read()
  const { url, workerId } = JSON.parse(new TextDecoder().decode(value)) as { url: string; workerId: number }
  return {
    url,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
      await takeOverWorker(options.databaseUrl, workerId)
    },
  }
}

test('killed at any moment, a conversation keeps every question that was accepted, with one answer each, in turn', async () => {
  await using agent = await createTestAgent()
  const client = conversationClient(agent.app)
  await client.call('POST /api/agents', { botId: 'b', model: 'rehearsal' })
  const ids = await Promise.all(Array.from({ length: CONVERSATIONS }, () => client.create()))
  const options = { databaseUrl: agent.postgres.url, objectsFolder: agent.objectsFolder, tokenMs: 2 }
  const random = seededRandom(5)
  const accepted = new Map<string, string[]>(ids.map((id) => [id, []]))
  let asked = 0

  for (let kill = 0; kill < KILLS; kill++) {
    const process = await startProcess(options)
    const headers = { ...appHeaders('a1'), 'content-type': 'application/json' }
    // Each conversation is asked again and again until the process is gone; what was answered with 200 was accepted.
    const asking = ids.map(async (id) => {
      try {
        for (;;) {
          const content = `Question ${asked++}`
          const response = await fetch(`${process.url}/api/conversations/${id}/messages`, {
            method: 'POST',
            headers,
            body: JSON.stringify({ content, stream: true }),
          })
          if (response.status === 200) accepted.get(id)?.push(content)
          await response.text()
        }
      } catch {
        // The process is gone.
      }
    })
    const before = asked
    await waitFor(() => asked >= before + CONVERSATIONS, { what: 'questions', timeoutMs: 45_000 })
    await Bun.sleep(random() * 150)
    await process.kill()
    await Promise.all(asking)
  }

  const last = await startProcess(options)
  try {
    await waitFor(
      async () => (await agent.postgres.client`select 1 from conversations where open_run_id is not null`).length === 0,
      { what: 'every turn to be settled', timeoutMs: 60_000 },
    )
  } finally {
    await last.kill()
  }
  expect(await agent.postgres.client`select * from accepted_turns`).toHaveLength(0)
  for (const id of ids) {
    const messages = await client.messages(id, '?limit=500')
    expect(messages.map(({ role }) => role)).toEqual(
      messages.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
    )
    expect(messages.length % 2).toBe(0)
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index))
    for (const [index, message] of messages.entries()) if (index % 2 === 1) expectAnswer(messages[index - 1], message)
    const questions = messages.filter(({ role }) => role === 'user').map(({ content }) => content)
    expect(new Set(questions).size).toBe(questions.length)
    for (const content of accepted.get(id) ?? []) expect(questions).toContain(content)
  }
  expect([...accepted.values()].flat().length).toBeGreaterThan(KILLS)
}, 240_000)

const expectAnswer = (question: ShownMessage | undefined, answer: ShownMessage): void => {
  expect(answer.runId).toBe(question?.runId ?? '')
  expect(answer.failure).toBeNull()
  expect(answer.content).toContain(question?.content ?? '-')
}

test('a turn that ended while nobody listened is in its conversation for whoever looks next', async () => {
  await using agent = await createTestAgent({ tokenMs: 1 })
  const client = conversationClient(agent.app)
  await client.call('POST /api/agents', { botId: 'b', model: 'rehearsal' })
  const id = await client.create()
  const response = await client.stream(`/api/conversations/${id}/messages`, {
    body: { content: 'Hello', stream: true },
  })
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  await response.body?.cancel()
  await waitFor(async () => (await agent.journal.find(runId))?.state === 'completed', { what: 'the turn to end' })
  expect(await client.messages(id)).toMatchObject([{ role: 'user' }, { role: 'assistant', runId, failure: null }])
  const path = `/api/conversations/${id}/turns/${runId}/events`
  expect(readEvents(await (await client.stream(path)).text()).at(-1)).toMatchObject({ event: 'message' })
})

test('a question that was accepted by a worker that died before its turn began is answered by another', async () => {
  await using agent = await createTestAgent()
  const { dependencies } = agent
  const client = conversationClient(agent.app)
  await client.call('POST /api/agents', { botId: 'b', model: 'rehearsal' })
  const id = await client.create()
  // As the worker left it: the message and what the turn depends on are stored, the journal knows nothing.
  const first = (await client.ask(id, 'Hello')).body as { runId: string }
  const [event] = await agent.journal.read(first.runId, -1)
  const runId = agent.journal.nextRunId()
  const started = JSON.stringify({ ...event?.event, messages: [{ role: 'user', content: 'Anybody there?' }] })
  const row = { conversationId: id, role: 'user' as const, content: 'Anybody there?', runId }
  await dependencies.conversations.insertMessage({ ...row, sequence: 2 })
  await dependencies.conversations.insertAccepted({ runId, conversationId: id, started })
  await dependencies.conversations.update(id, { openRunId: runId, nextSequence: 3 })

  const look = { after: '', acceptedBefore: new Date(Date.now() + 60_000), signal: AbortSignal.timeout(10_000) }
  // Two workers that look at the same moment begin it once.
  await Promise.all([keepConversations(dependencies, look), keepConversations(dependencies, look)])
  await waitFor(async () => (await client.messages(id)).length === 4, { what: 'the answer' })
  expect((await client.messages(id)).slice(2)).toMatchObject([
    { content: 'Anybody there?', runId },
    { role: 'assistant', runId, failure: null },
  ])
  expect(await agent.postgres.client`select * from accepted_turns`).toHaveLength(0)
})
