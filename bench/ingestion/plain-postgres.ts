import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { silentLogger } from '../../shared/logging/logger.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'
import { createEmbeddedPostgres } from '../../supervisor/backends/embedded-postgres.ts'
import type { SampleFile } from './sample-files.ts'

/** As many as the files are uploaded with. */
const CONNECTIONS = 4

/**
 * The peer: a PostgreSQL of its own, set as the one inside Orrery is, that takes each text and its `tsvector` in a transaction of its own, durable,
 * into a table with a GIN index.
 */
export const startPlainPostgres = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  chmodSync(directory, 0o755) // PostgreSQL runs as another account
  const server = createEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    socketDirectory: join(directory, 's'),
    logPath: join(directory, 'postgres.log'),
    logger: silentLogger,
  })
  await server.start(new AbortController().signal)
  const sql = postgres({ ...connectionOptions(server.databaseUrl), max: CONNECTIONS })
  await sql`create table note (name text primary key, content text not null, words tsvector not null)`
  await sql`create index on note using gin (words)`
  return {
    /** Resolves to the milliseconds until all of them can be found. */
    async insert(files: readonly SampleFile[]): Promise<number> {
      const startedMs = performance.now()
      const waiting = [...files]
      const lane = async () => {
        for (let file = waiting.shift(); file; file = waiting.shift()) {
          const text = Buffer.from(file.bytes).toString()
          await sql`insert into note values (${file.name}, ${text}, to_tsvector('english', ${text}))`
        }
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, lane))
      return performance.now() - startedMs
    },
    async stop() {
      await sql.end()
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
