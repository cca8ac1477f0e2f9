import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestPostgres } from '../../deploy/scripts/test-postgres.ts'
import { connectPostgres } from './connect.ts'
import { expectedFailureOf } from './expected-failure.ts'

const directory = mkdtempSync(join(tmpdir(), 'orrery-connect-'))
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
    { what: 'a backend', timeoutMs: 60_000 },
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
    await waitFor(() => answered > afterKill + 200, { what: 'answers after the kill', timeoutMs: 60_000 })
  }
  stop = true
  await waitFor(() => open === 0, { what: 'every question to end', timeoutMs: 60_000 })
  await Promise.all(askers)
  await connection.close()
  expect(open).toBe(0)
}, 90_000)

test('a statement that was prepared before the database died is answered by the pool that came after', async () => {
  await using connection = closing(connectPostgres(server.url, 2))
  const statement = connection.database
    .select({ pid: sql<number>`pg_backend_pid()` })
    .from(sql`(values (1)) as one`)
    .prepare('asked_again')
  for (let kill = 0; kill < 2; kill += 1) {
    expect(await statement.execute()).toHaveLength(1)
    process.kill(await someBackend(connection.client), 'SIGKILL')
  }
  expect(await statement.execute()).toHaveLength(1)
}, 120_000)

const SLOW_SECONDS = 1

/** Kills the database as soon as `asking` is under way there. */
const killDuring = async (asking: string): Promise<void> => {
  await using other = closing(connectPostgres(server.url, 1))
  await waitFor(
    async () => {
      const rows =
        await other.client`select 1 from pg_stat_activity where query like ${`%${asking}%`} and pid <> pg_backend_pid()`
      return rows.length > 0
    },
    { what: 'the question to be under way' },
  )
  process.kill(await someBackend(other.client), 'SIGKILL')
}

test('a read that the database died under is asked again, a change is refused as one that may have been made', async () => {
  await using connection = closing(connectPostgres(server.url, 3))
  const { database } = connection
  await database.execute(sql`create table if not exists marks (mark int)`)
  const reading = database.execute(
    sql`select count(*)::int as marks, pg_sleep(${SLOW_SECONDS}) from marks as read_once`,
  )
  const changing = database.execute(sql`insert into marks select 1 from pg_sleep(${SLOW_SECONDS}) as changed_once`)
  const refused = changing.then(
    () => undefined,
    (error: unknown) => expectedFailureOf(error),
  )
  await killDuring('changed_once')
  expect(await reading).toHaveLength(1)
  expect(await refused).toMatchObject({ code: 'DATABASE_AWAY', status: 503, details: { retryAfterMs: 1_000 } })
}, 120_000)

test('a transaction that had begun is refused when the database dies, one that had not waits for the next', async () => {
  await using connection = closing(connectPostgres(server.url, 1))
  const begun = connection.database
    .transaction((transaction) => transaction.execute(sql`select pg_sleep(${SLOW_SECONDS}) as begun_once`))
    .then(
      () => undefined,
      (error: unknown) => expectedFailureOf(error)?.code,
    )
  const waiting = connection.database.transaction((transaction) => transaction.execute(sql`select 7 as answer`))
  await killDuring('begun_once')
  expect(await begun).toBe('DATABASE_AWAY')
  expect(await waiting).toEqual([{ answer: 7 }] as never)
}, 120_000)

test('a database that stays away is waited for once: whoever asks later is refused at once', async () => {
  await using connection = closing(connectPostgres('postgres://nobody@127.0.0.1:1/nowhere', 1, { waitMsMax: 2_000 }))
  const ask = async () => {
    const from = performance.now()
    const error = await connection.database
      .execute(sql`insert into marks values (1)`)
      .catch((thrown: unknown) => thrown)
    return { code: expectedFailureOf(error)?.code, ms: performance.now() - from }
  }
  const [first, second] = await Promise.all([ask(), ask()])
  const later = await ask()
  expect([first.code, second.code, later.code]).toEqual(['DATABASE_AWAY', 'DATABASE_AWAY', 'DATABASE_AWAY'])
  expect(first.ms).toBeGreaterThan(1_900)
  expect(later.ms).toBeLessThan(1_500) // it did not wait as the first ones did
}, 120_000)

test('whoever waits for the database is refused when the pool closes', async () => {
  const connection = connectPostgres('postgres://nobody@127.0.0.1:1/nowhere', 1)
  const refused = connection.database.execute(sql`select 1`).catch((error: unknown) => expectedFailureOf(error)?.code)
  await Bun.sleep(20)
  await connection.close()
  expect(await refused).toBe('DATABASE_AWAY')
}, 120_000)
