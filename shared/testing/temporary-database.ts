import { resolve } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { connectionOptions, connectPostgres } from '#shared/postgres/connect.ts'

/** A private, migrated database for one test. Dropped when its scope ends (`await using`). */
export const temporaryDatabase = async (options: { poolSize?: number } = {}) => {
  /** Set by deploy/scripts/run-tests.ts, which starts a real PostgreSQL for the suites; benches may set it later than this is loaded. */
  const adminUrl = Bun.env.TEST_POSTGRES_URL ?? ''
  if (!adminUrl) throw new Error('TEST_POSTGRES_URL is not set: run the tests with npm test.')
  const name = `test_${Bun.randomUUIDv7('hex').replaceAll('-', '')}`
  const admin = postgres({ ...connectionOptions(adminUrl), max: 1 })
  await admin.unsafe(`create database ${name}`)
  const url = adminUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)

  const migrator = postgres({ ...connectionOptions(url), max: 1 })
  await migrate(drizzle(migrator), { migrationsFolder: resolve(import.meta.dir, '../../deploy/migrations') })
  await migrator.end()

  const connection = connectPostgres(url, options.poolSize ?? 4)
  return {
    url,
    database: connection.database,
    client: connection.client,
    async [Symbol.asyncDispose]() {
      await connection.close()
      await admin.unsafe(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}
