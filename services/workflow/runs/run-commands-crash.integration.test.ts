import { afterAll, beforeAll, expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { modelDefinition } from '../fixtures/flow-definitions.ts'
import { type SpawnedWorker, spawnWorker } from '../fixtures/spawn-worker.ts'

const TOKEN_MS = 20
const TEST_MS = 60_000
const RUNS = 40
/** The rehearsal model says it again word by word: long enough to be cancelled in its middle. */
const long = Array.from({ length: 500 }, (_, index) => `word${index}`).join(' ')

let database: Awaited<ReturnType<typeof temporaryDatabase>>
const workers: SpawnedWorker[] = []
let modelFlow: string
const start = async () => {
  const worker = await spawnWorker({ databaseUrl: database.url, tokenMs: TOKEN_MS })
  workers.push(worker)
  return worker
}
const starter = { 'x-consumer-username': 'starter' }
const ask = async (worker: SpawnedWorker, route: string, options: { body?: unknown; key?: string } = {}) => {
  const headers = { ...starter, ...(options.key === undefined ? {} : { 'idempotency-key': options.key }) }
  const response = await worker.call(route, { headers, ...(options.body === undefined ? {} : { body: options.body }) })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}
const untilState = (worker: SpawnedWorker, id: string, state: string) =>
  waitFor(async () => (await ask(worker, `GET /api/runs/${id}`)).body.state === state, {
    what: `run ${id} to be ${state}`,
    timeoutMs: 45_000,
  })

beforeAll(async () => {
  database = await temporaryDatabase()
  const [worker] = await Promise.all([start(), start()])
  const flow = await ask(worker, 'POST /api/flows', { body: { name: 'Model', definition: modelDefinition() } })
  modelFlow = flow.body.id
  await ask(worker, 'POST /v1/publish', { body: { flow_id: modelFlow, release_status: 1 } })
}, TEST_MS)
afterAll(async () => {
  for (const worker of workers) await worker[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

test(
  'every run that was accepted completes once, although clients repeat themselves and a worker is killed in between',
  async () => {
    const [victim, survivor] = workers as [SpawnedWorker, SpawnedWorker]
    const accepted = new Map<string, string>()
    const order = async (key: string) => {
      const body = { flowId: '101', parameters: { AGENT_USER_INPUT: key } }
      const answers = await Promise.allSettled([
        ask(victim, 'POST /api/runs', { body, key }),
        ask(survivor, 'POST /api/runs', { body, key }),
      ])
      for (const answer of answers) {
        if (answer.status === 'rejected') continue
        expect([200, 202]).toContain(answer.value.status)
        expect(accepted.get(key) ?? answer.value.body.id).toBe(answer.value.body.id)
        accepted.set(key, answer.value.body.id)
      }
    }
    const orders = Array.from({ length: RUNS }, (_, index) => order(`key-${index}`))
    await Promise.race(orders)
    await victim.kill()
    await takeOverWorker(database.url, victim.journalWorkerId)
    await Promise.all(orders)
    expect(accepted.size).toBe(RUNS)
    for (let index = 0; index < RUNS; index += 1) await order(`key-${index}`)
    await survivor.call('POST /fixture/nudge')
    for (const id of accepted.values()) await untilState(survivor, id, 'completed')
    const runs = await database.client<{ id: string }[]>`select id from run`
    expect(runs.map(({ id }) => id).sort()).toEqual([...accepted.values()].sort())
  },
  TEST_MS,
)

test(
  'a run that another worker executes is cancelled, and stays cancelled when that worker dies',
  async () => {
    const here = workers[1] as SpawnedWorker
    const there = await start()
    const body = { flowId: modelFlow, parameters: { AGENT_USER_INPUT: long } }
    const begin = async () => {
      const { id } = (await ask(there, 'POST /api/runs', { body })).body
      await untilState(here, id, 'running')
      return id as string
    }
    const first = await begin()
    expect((await ask(here, `POST /api/runs/${first}/cancel`)).status).toBe(202)
    await untilState(here, first, 'cancelled')

    const second = await begin()
    expect((await ask(here, `POST /api/runs/${second}/cancel`)).status).toBe(202)
    await there.kill()
    await takeOverWorker(database.url, there.journalWorkerId)
    await here.call('POST /fixture/nudge')
    await untilState(here, second, 'cancelled')
    const ends = await database.client<{ status: number }[]>`select status from run where id in (${first}, ${second})`
    expect(ends.map(({ status }) => status)).toEqual([7, 7])
  },
  TEST_MS,
)
