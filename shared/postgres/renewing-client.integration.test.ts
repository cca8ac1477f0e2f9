import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { connectionOptions } from './connect.ts'
import { createRenewingClient } from './renewing-client.ts'

test('every question gets an answer or an error while connections are lost again and again, and the client works afterwards', async () => {
  await using database = await temporaryDatabase()
  const name = `renewing ${crypto.randomUUID()}`
  const client = createRenewingClient((onclose) =>
    postgres({
      ...connectionOptions(database.url),
      max: 2,
      fetch_types: false,
      onclose,
      connection: { application_name: name },
    }),
  )
  let answered = 0
  let lost = 0
  let ended = false
  const askAround = async () => {
    while (!ended) {
      await client
        .ask((sql) => sql`select 1`)
        .then(
          () => answered++,
          () => lost++,
        )
    }
  }
  const asking = Array.from({ length: 6 }, askAround)
  for (let round = 0; round < 30; round += 1) {
    await database.client`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`
    await client.ask((sql) => sql`select pg_sleep(0.005)`).catch(() => undefined)
  }
  ended = true
  await Promise.all(asking)
  expect(lost).toBeGreaterThan(0)
  expect(answered).toBeGreaterThan(0)
  const [row] = await client.ask((sql) => sql<{ one: number }[]>`select 1 as one`)
  expect(row?.one).toBe(1)
  await client.close(1)
})
