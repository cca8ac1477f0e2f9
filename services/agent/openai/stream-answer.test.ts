import { expect, test } from 'bun:test'
import { HEARTBEAT } from '#shared/http/heartbeats.ts'
import type { ChatDelta } from '#shared/models/chat-model.ts'
import { type StreamedCompletion, streamAnswer } from './stream-answer.ts'

const HEARTBEAT_MS = 5

const options: StreamedCompletion = {
  identity: { id: 'c1', created: 1, model: 'agent:a' },
  includeUsage: false,
  heartbeatMs: HEARTBEAT_MS,
}

/** An answer that pauses in the middle until `goOn` is called. */
const pausedAnswer = () => {
  const paused = Promise.withResolvers<void>()
  async function* deltas(): AsyncGenerator<ChatDelta> {
    yield { type: 'text', text: 'one' }
    await paused.promise
    yield { type: 'text', text: 'two' }
  }
  return { answer: { runId: 'r1', chunksPath: undefined, deltas }, goOn: paused.resolve }
}

/** The blocks of a stream, comments and events; the answer goes on once two heartbeats have come. */
const readBlocks = async (after: number): Promise<string[]> => {
  const { answer, goOn } = pausedAnswer()
  const response = await streamAnswer(answer, { ...options, after })
  const blocks: string[] = []
  for await (const bytes of response.body ?? []) {
    blocks.push(Buffer.from(bytes).toString())
    if (blocks.filter((block) => block === HEARTBEAT).length === 2) goOn()
  }
  return blocks
}

test('a quiet answer says that it lives, and what it said counts as no event when another worker goes on', async () => {
  const blocks = await readBlocks(0)
  expect(blocks.filter((block) => block === HEARTBEAT).length).toBeGreaterThanOrEqual(2)
  const events = blocks.filter((block) => block !== HEARTBEAT)
  expect(events.length).toBeGreaterThanOrEqual(3)
  expect(events.at(-1)).toBe('data: [DONE]\n\n')
  for (let after = 1; after < events.length; after += 1) {
    const rest = (await readBlocks(after)).filter((block) => block !== HEARTBEAT)
    expect(rest).toEqual(events.slice(after))
  }
})

test('a run that is silent at first has its head early, so that it can be gone on with', async () => {
  const begins = Promise.withResolvers<void>()
  async function* deltas(): AsyncGenerator<ChatDelta> {
    await begins.promise
    yield { type: 'text', text: 'late' }
  }
  const response = await streamAnswer({ runId: 'r1', chunksPath: '/internal/x', deltas }, options)
  expect(response.headers.get('x-orrery-resume')).toStartWith('/internal/x?')
  begins.resolve()
  expect(await response.text()).toContain('late')
})
