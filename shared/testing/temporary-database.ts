import postgres from 'postgres'
import { connectionOptions, connectPostgres } from '#shared/postgres/connect.ts'
import { databaseUrlOf } from './database-url-of.ts'
import { templateDatabase } from './template-database.ts'

/** A private, migrated database for one test. Dropped when its scope ends (`await using`). */
export const temporaryDatabase = async (options: { poolSize?: number } = {}) => {
  /** Set by deploy/scripts/run-tests.ts, which starts a real PostgreSQL for the suites; benches may set it later than this is loaded. */
  const adminUrl = Bun.env.TEST_POSTGRES_URL ?? ''
  if (!adminUrl) throw new Error('TEST_POSTGRES_URL is not set: run the tests with npm test.')
  const template = await templateDatabase(adminUrl)
  const name = `test_${Bun.randomUUIDv7('hex').replaceAll('-', '')}`
  const admin = postgres({ ...connectionOptions(adminUrl), max: 1 })
  await admin.unsafe(`create database ${name} template ${template} strategy file_copy`)
  const url = databaseUrlOf(adminUrl, name)
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
