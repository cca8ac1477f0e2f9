import { expect, test } from 'bun:test'
import { startRunClaimer } from '#shared/journal/run-claimer.ts'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { modelChunk, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createTurnFrames } from '../chat/turn-frames.ts'
import { TURN_KIND, type TurnEvent, type TurnStarted } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS } from '../loop/turn-limits.ts'
import { createTestAgent } from '../test/create-test-agent.ts'
import { continueTurn, giveTurnUp } from './continue-turn.ts'
import { followTurn } from './follow-turn.ts'
import { startTurn } from './start-turn.ts'
import { toTurnEvent } from './turn-journal.ts'

type Agent = Awaited<ReturnType<typeof createTestAgent>>

const turnOf = (model: TurnStarted['answerModel']): TurnStarted => ({
  type: 'started',
  sid: 'sag1',
  appId: 'starter',
  botId: 'starter',
  uid: '',
  caller: 'test',
  startedAt: new Date().toISOString(),
  instructions: { reasoning: '', answer: '' },
  messages: [{ role: 'user', content: 'Tell me a story' }],
  planModel: model,
  answerModel: model,
  calling: 'native',
  tools: [],
  unavailable: [],
  onBrokenSource: 'fail',
  knowledge: { chunks: [], cite: false },
  limits: DEFAULT_LIMITS,
  approval: 'never',
})

/** A second worker of the same service, on a journal of its own. */
const secondWorker = async (agent: Agent) => {
  const journal = await agent.openOwnJournal()
  const claimer = startRunClaimer({
    journal,
    kinds: [TURN_KIND],
    execute: (claimed, signal) => continueTurn(agent.dependencies, claimed, signal),
    onGivenUp: giveTurnUp,
    concurrencyMax: 4,
    pollMs: 20,
    logger: silentLogger,
    draining: new AbortController().signal,
  })
  return {
    journal,
    async [Symbol.asyncDispose]() {
      await claimer.stop()
      await journal.close()
    },
  }
}

const storedEvents = async (agent: Agent, runId: string): Promise<TurnEvent[]> =>
  (await agent.journal.read(runId, -1)).map(({ event }) => toTurnEvent(event))

const shownText = (events: readonly TurnEvent[]): string => {
  const contentsOf = createTurnFrames()
  return events
    .flatMap(contentsOf)
    .map(({ content }) => content ?? '')
    .join('')
}

test('the turn of a worker that was taken over is finished by another, and nothing is said twice', async () => {
  const encoder = new TextEncoder()
  // The first answer stops in the middle and stays open; the second goes on from what was delivered.
  await using server = startModelServer((_, asked) => {
    const words = asked === 1 ? ['Once ', 'upon '] : ['a ', 'time.']
    const chunks = words.map((content) => `data: ${JSON.stringify(modelChunk({ content }))}\n\n`).join('')
    if (asked > 1) return new Response(`${chunks}data: ${JSON.stringify(modelChunk({}, 'stop'))}\n\ndata: [DONE]\n\n`)
    return new Response(new ReadableStream({ start: (controller) => controller.enqueue(encoder.encode(chunks)) }))
  })
  await using agent = await createTestAgent({ allow: '127.0.0.1' })
  const runId = await startTurn(
    agent.dependencies,
    turnOf({ url: server.url, modelId: 'm', keySealed: '', parameters: {} }),
  )
  await waitFor(async () => shownText(await storedEvents(agent, runId)) === 'Once upon ', {
    what: 'half an answer on disk',
  })

  await using second = await secondWorker(agent)
  await takeOverWorker(agent.postgres.url, agent.journal.workerId)

  const followed: TurnEvent[] = []
  for await (const event of followTurn(second.journal, runId, AbortSignal.timeout(10_000))) followed.push(event)
  expect(shownText(followed)).toBe('Once upon a time.')
  expect(followed.map(({ type }) => type)).toEqual([
    'started',
    'model-delta',
    'model-delta',
    'continued',
    'model-delta',
    'model-delta',
    'model-answered',
    'finished',
  ])
  const messages = server.requests[1]?.body.messages as object[]
  expect(messages.at(-2)).toEqual({ role: 'assistant', content: 'Once upon ' })
  await waitFor(async () => (await second.journal.find(runId))?.state === 'completed', { what: 'the final state' })
})

test('a worker that stops gives its turns back, and the rehearsal ends in the very same text', async () => {
  await using agent = await createTestAgent({ tokenMs: 2 })
  const rehearsal = { name: 'rehearsal', parameters: {} }
  const undisturbed = await startTurn(agent.dependencies, turnOf(rehearsal))
  const expected: TurnEvent[] = []
  for await (const event of followTurn(agent.journal, undisturbed, AbortSignal.timeout(10_000))) expected.push(event)

  const runId = await startTurn(agent.dependencies, turnOf(rehearsal))
  await waitFor(async () => (await storedEvents(agent, runId)).length > 3, { what: 'the first words' })
  await agent.dependencies.registry.stop(0)
  expect(await agent.journal.find(runId)).toMatchObject({ state: 'ready' })

  await using second = await secondWorker(agent)
  const followed: TurnEvent[] = []
  for await (const event of followTurn(second.journal, runId, AbortSignal.timeout(10_000))) followed.push(event)
  expect(followed.some(({ type }) => type === 'continued')).toBe(true)
  expect(shownText(followed)).toBe(shownText(expected))
  expect(followed.at(-1)).toEqual(expected.at(-1)!)
})
