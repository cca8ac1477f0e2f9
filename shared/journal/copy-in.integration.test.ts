import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createCopyEncoder } from './copy-encoder.ts'
import { copyIn } from './copy-in.ts'

const COPY = 'copy journal (run_id, seq, n, body) from stdin (format binary)'

const encode = (rows: { runId: string; seq: number; body: string | Uint8Array }[]) => {
  const encoder = createCopyEncoder()
  encoder.begin()
  for (const row of rows) encoder.row({ ...row, n: 1 })
  return encoder.end()
}

const errorCode = (copying: Promise<void>): Promise<unknown> =>
  copying.then(
    () => 'none',
    (error: { code?: string }) => error.code,
  )

const setUp = async () => {
  const database = await temporaryDatabase()
  const clients: postgres.Sql[] = []
  return {
    /** Not used again after an error. */
    connect() {
      const sql = postgres({ ...connectionOptions(database.url), max: 1 })
      clients.push(sql)
      return sql
    },
    stored: () => database.client<{ run_id: string; seq: number; body: Buffer }[]>`select * from journal order by seq`,
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })))
      await database[Symbol.asyncDispose]()
    },
  }
}

test('rows are committed when it resolves, up to the largest id, text and bytes alike, beyond the first buffer', async () => {
  await using setup = await setUp()
  const large = '文'.repeat(100_000)
  const runId = '9223372036854775807'
  await copyIn(
    setup.connect(),
    COPY,
    encode([
      { runId, seq: 0, body: large },
      { runId, seq: 1, body: new Uint8Array([0, 255]) },
      { runId, seq: 2, body: '' },
    ]),
  )
  const rows = await setup.stored()
  expect(rows.map((row) => [row.run_id, row.seq])).toEqual([0, 1, 2].map((seq) => [runId, seq]))
  expect(rows[0]?.body.toString()).toBe(large)
  expect([...(rows[1]?.body ?? [])]).toEqual([0, 255])
})

test('an error at the end of the copy is reported, and nothing is stored', async () => {
  await using setup = await setUp()
  const twice = [0, 0].map((seq) => ({ runId: '1', seq, body: '{}' }))
  expect(await errorCode(copyIn(setup.connect(), COPY, encode(twice)))).toBe('23505')
  expect(await setup.stored()).toHaveLength(0)
})

test('an error before the copy and a connection lost in its middle are reported', async () => {
  await using setup = await setUp()
  const rows = encode([{ runId: '1', seq: 0, body: '{}' }])
  expect(await errorCode(copyIn(setup.connect(), `select fence(0, 0, 1);${COPY}`, rows))).toBe('JR001')
  expect(await errorCode(copyIn(setup.connect(), `select pg_terminate_backend(pg_backend_pid());${COPY}`, rows))).toBe(
    'CONNECTION_CLOSED',
  )
  expect(await setup.stored()).toHaveLength(0)
})
