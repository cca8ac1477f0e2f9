import { expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { serveAppRegister } from '../fixtures/app-register.ts'
import { type SpawnedWorker, spawnWorker } from '../fixtures/spawn-worker.ts'

const TEST_MS = 120_000
const KILLS = 6
const WORKERS = 2
const headers = { 'x-consumer-username': 'starter' }

interface Fire {
  fireAt: string
  state: string
  runId: string
}

test(
  'each second of a schedule starts one run, while the workers that fire it are killed one after the other',
  async () => {
    await using database = await temporaryDatabase()
    await using register = await serveAppRegister()
    const { gatewayPath } = register
    const start = () => spawnWorker({ databaseUrl: database.url, tokenMs: 0, gatewayPath })
    const workers: SpawnedWorker[] = await Promise.all(Array.from({ length: WORKERS }, start))
    const first = () => workers[0] as SpawnedWorker
    const ask = async (route: string, body?: unknown) => {
      const response = await first().call(route, { headers, ...(body === undefined ? {} : { body }) })
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      return (await response.json()) as any
    }
    try {
      const { id } = await ask('POST /api/schedules', {
        name: 'Every second',
        flowId: '101',
        cron: '* * * * * *',
        parameters: { AGENT_USER_INPUT: 'tick' },
      })
      const count = async () => Number((await database.client`select count(*) as n from schedule_fires`)[0]?.n)
      for (let kill = 0; kill < KILLS; kill += 1) {
        const before = await count()
        await waitFor(async () => (await count()) > before, { what: 'the next second' })
        const victim = workers.shift()
        await victim?.kill()
        await takeOverWorker(database.url, victim?.journalWorkerId ?? 0)
        workers.push(await start())
      }
      const off = { name: 'Off', flowId: '101', cron: '* * * * * *', enabled: false }
      await ask(`PUT /api/schedules/${id}`, { ...off, parameters: { AGENT_USER_INPUT: 'tick' } })
      await waitFor(
        async () => (await database.client`select 1 from schedule_fires where state = 'pending'`).length === 0,
        { what: 'every begun occurrence to be settled', timeoutMs: 45_000 },
      )
      await waitFor(async () => (await database.client`select 1 from run where status < 7`).length === 0, {
        what: 'every run to end',
        timeoutMs: 45_000,
      })

      const fires = await database.client<Fire[]>`
        select fire_at as "fireAt", state, run_id as "runId" from schedule_fires order by fire_at`
      expect(fires.length).toBeGreaterThanOrEqual(KILLS)
      expect(new Set(fires.map(({ state }) => state))).toEqual(new Set(['started']))
      const seconds = fires.map(({ fireAt }) => new Date(fireAt).getTime() / 1000)
      expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index))
      const runs = await database.client<{ id: string; status: number }[]>`select id, status from run order by id`
      expect(runs.map(({ id }) => id).sort()).toEqual(fires.map(({ runId }) => runId).sort())
      expect(new Set(runs.map(({ status }) => status))).toEqual(new Set([9]))
    } finally {
      for (const worker of workers) await worker[Symbol.asyncDispose]()
    }
  },
  TEST_MS,
)
