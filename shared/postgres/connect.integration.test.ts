import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestPostgres } from '../../deploy/scripts/test-postgres.ts'
import { connectPostgres, madeOncePerPool } from './connect.ts'

const directory = mkdtempSync('/tmp/orrery-connect-')
let server: Awaited<ReturnType<typeof startTestPostgres>>

beforeAll(async () => {
  server = await startTestPostgres(directory)
})
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

const closing = (connection: ReturnType<typeof connectPostgres>) =>
  Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })

/** The last death may end this very question: answers that were on their way have counted before. */
const someBackend = (client: ReturnType<typeof connectPostgres>['client']): Promise<number> =>
  waitFor(
    async () => {
      const rows = await client<{ pid: number }[]>`select pg_backend_pid() as pid`.catch(() => [])
      return rows[0]?.pid
    },
    { what: 'a backend', timeoutMs: 20_000 },
  )

test('when the database dies under load every question ends, and those that are asked afterwards are answered', async () => {
  const connection = connectPostgres(server.url, 4)
  let stop = false
  let answered = 0
  let open = 0
  const ask = async () => {
    open += 1
    try {
      await connection.database.execute(sql`select 1`)
      answered += 1
    } catch {
      await Bun.sleep(1) // the database is away
    } finally {
      open -= 1
    }
  }
  const asker = async () => {
    while (!stop) await ask()
  }
  const askers = Array.from({ length: 16 }, asker)
  for (let kill = 0; kill < 3; kill += 1) {
    const before = answered
    await waitFor(() => answered > before + 200, { what: 'answers before the kill' })
    process.kill(await someBackend(connection.client), 'SIGKILL') // PostgreSQL then ends all its connections and recovers
    const afterKill = answered
    await waitFor(() => answered > afterKill + 200, { what: 'answers after the kill', timeoutMs: 20_000 })
  }
  stop = true
  await waitFor(() => open === 0, { what: 'every question to end', timeoutMs: 20_000 })
  await Promise.all(askers)
  await connection.close()
  expect(open).toBe(0)
}, 90_000)

test('a statement that was prepared before the database died is answered by the pool that came after', async () => {
  await using connection = closing(connectPostgres(server.url, 2))
  const statement = madeOncePerPool(connection.database, (pool) =>
    pool.select({ pid: sql<number>`pg_backend_pid()` }).from(sql`(values (1)) as one`).prepare('asked_again'),
  )
  const ask = () => statement().execute()
  expect(await ask()).toHaveLength(1)
  expect(statement()).toBe(statement())
  process.kill(await someBackend(connection.client), 'SIGKILL')
  await waitFor(
    () =>
      connection.database.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
    {
      what: 'the database to be back',
      timeoutMs: 20_000,
    },
  )
  expect(await ask()).toHaveLength(1)
}, 60_000)
