import { afterAll, beforeAll, expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelDefinition } from '../fixtures/flow-definitions.ts'
import { type SpawnedWorker, spawnWorker } from '../fixtures/spawn-worker.ts'
import { shownText } from '../fixtures/start-workflow.ts'

const TOKEN_MS = 10
const TEST_MS = 30_000
/** Long enough to be cut in its middle. */
const question = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let survivor: SpawnedWorker
let flowId: string
let uninterrupted: string

beforeAll(async () => {
  database = await temporaryDatabase()
  survivor = await spawnWorker({ databaseUrl: database.url, tokenMs: TOKEN_MS })
  const added = await survivor.json('POST /workflow/v1/protocol/add', { name: 'Model', data: modelDefinition() })
  flowId = added.data.flow_id
  await survivor.json('POST /v1/publish', { flow_id: flowId, release_status: 1 })
  const whole = await survivor.json('POST /workflow/v1/chat/completions', chatBody(false))
  uninterrupted = whole.choices[0].delta.content
  expect(uninterrupted).toContain('word59')
}, TEST_MS)
afterAll(async () => {
  await survivor[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const chatBody = (stream: boolean) => ({ flow_id: flowId, stream, parameters: { AGENT_USER_INPUT: question } })

/** Starts a streaming run on a worker and reads it until some of its answer was shown. */
const startStream = async (worker: SpawnedWorker) => {
  const response = await worker.call('POST /workflow/v1/chat/completions', { body: chatBody(true) })
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const frames = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .map((block) => JSON.parse(block.replace(/^data: /, '')))
  const readUntil = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
    }
  }
  await readUntil(() => frames().length >= 10)
  return { runId, frames, readOn: () => readUntil(() => false) }
}

const waitForEnd = (runId: string) =>
  waitFor(
    async () => {
      const run = await survivor.json(`GET /api/runs/${runId}`)
      return ['completed', 'failed'].includes(run.state) && run
    },
    { what: 'the run to end', timeoutMs: 45_000 },
  )

const journalOf = async (runId: string, lastEventId?: number) => {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }
  const text = await (await survivor.call(`GET /api/runs/${runId}/events`, { headers })).text()
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => ({
      id: Number(/^id: (\d+)$/m.exec(block)?.[1]),
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? ''),
    }))
}

test(
  'a run whose worker is killed in the middle of a stream is finished by another, with the text it would have had',
  async () => {
    await using victim = await spawnWorker({ databaseUrl: database.url, tokenMs: TOKEN_MS })
    const { runId, frames } = await startStream(victim)
    await victim.kill()
    expect(await takeOverWorker(database.url, victim.journalWorkerId)).toBe(1)
    await survivor.call('POST /fixture/nudge')

    const run = await waitForEnd(runId)
    expect(run).toMatchObject({ state: 'completed', error: null })
    expect(run.result.content).toBe(uninterrupted)
    expect(uninterrupted.startsWith(shownText(frames()))).toBe(true)

    const events = await journalOf(runId)
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index))
    expect(events.filter(({ data }) => data.type === 'run-completed')).toHaveLength(1)
    expect(
      events.filter(({ data }) => data.type === 'node-completed' && data.nodeId === 'node-start::start'),
    ).toHaveLength(1)
  },
  TEST_MS,
)

test(
  'a draining worker hands its run over and its client’s stream goes on to the end, nothing missing and nothing twice',
  async () => {
    await using leaving = await spawnWorker({ databaseUrl: database.url, tokenMs: TOKEN_MS })
    const { runId, frames, readOn } = await startStream(leaving)
    const drained = leaving.call('POST /fixture/drain')
    await drained
    await survivor.call('POST /fixture/nudge')
    await readOn()

    expect(shownText(frames())).toBe(uninterrupted)
    expect(frames().at(-1).choices[0].finish_reason).toBe('stop')
    const run = await waitForEnd(runId)
    expect(run.result.content).toBe(uninterrupted)
  },
  TEST_MS,
)

test(
  'events of a run are followed from a worker that does not execute it, and a cut reader goes on without gap or duplicate',
  async () => {
    await using owner = await spawnWorker({ databaseUrl: database.url, tokenMs: TOKEN_MS })
    const { runId } = await startStream(owner)

    const response = await survivor.call(`GET /api/runs/${runId}/events`)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let text = ''
    while (text.split('\n\n').length < 5) text += decoder.decode((await reader.read()).value, { stream: true })
    await reader.cancel()
    const seen = [...text.matchAll(/^id: (\d+)\n.*\n.*\n\n/gm)].map((match) => Number(match[1]))
    const last = seen.at(-1) ?? -1
    expect(last).toBeGreaterThanOrEqual(0)

    const rest = await journalOf(runId, last)
    const ids = [...seen, ...rest.map(({ id }) => id)]
    expect(ids).toEqual(ids.map((_, index) => index))
    expect(rest.at(-1)?.data.type).toBe('run-completed')
    expect((await waitForEnd(runId)).result.content).toBe(uninterrupted)
  },
  TEST_MS,
)
