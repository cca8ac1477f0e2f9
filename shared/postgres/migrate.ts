import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { connectionOptions } from './connect.ts'

const MIGRATIONS_FOLDER = resolve(import.meta.dir, '../../deploy/migrations')
/** Any number, as long as every Orrery uses the same: of many hosts that start at once, one migrates and the others wait. */
const ADVISORY_LOCK = 7_203_415_688_120

export type MigrationOutcome =
  | { kind: 'up-to-date' }
  | { kind: 'migrated'; count: number }
  /** The schema has migrations that this program does not know: a newer program was here. Nothing was changed. */
  | { kind: 'newer'; databaseAt: Date; programAt: Date }

/** Brings the schema to what this program needs. Costs one query when it already is. Migrations run one after another, each whole or not at all. */
export const migrateDatabase = async (
  databaseUrl: string,
  migrationsFolder = MIGRATIONS_FOLDER,
): Promise<MigrationOutcome> => {
  const known = readKnownMigrations(migrationsFolder)
  // The driver would ask for types first, in a promise that nobody watches.
  const client = postgres({ ...connectionOptions(databaseUrl), max: 1, fetch_types: false })
  try {
    const before = compare(await readApplied(client), known)
    if (before.kind !== 'migrated') return before
    // A session lock rather than one of a transaction: drizzle opens its own. The single connection of this pool holds it.
    await client`select pg_advisory_lock(${ADVISORY_LOCK})`
    const locked = compare(await readApplied(client), known)
    if (locked.kind === 'migrated') await applyMigrations(client, migrationsFolder)
    return locked
  } finally {
    await client.end()
  }
}

/** Loaded only when needed: most starts find nothing to do, and they should be fast. */
const applyMigrations = async (client: postgres.Sql, migrationsFolder: string): Promise<void> => {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/postgres-js'),
    import('drizzle-orm/postgres-js/migrator'),
  ])
  await migrate(drizzle(client), { migrationsFolder })
}

/** Milliseconds since 1970 at which each migration was made, ascending: drizzle identifies them by it. */
const readKnownMigrations = (folder: string): number[] => {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  return journal.entries.map((entry) => entry.when)
}

/** Undefined for a new database, else when the last applied migration was made. */
const readApplied = async (client: postgres.Sql): Promise<number | undefined> => {
  const [table] = await client<[{ exists: boolean }]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`
  if (!table.exists) return undefined
  const [row] = await client<[{ last: string | null }]>`
    select max(created_at)::text as last from drizzle.__drizzle_migrations`
  return row.last === null ? undefined : Number(row.last)
}

const compare = (applied: number | undefined, known: number[]): MigrationOutcome => {
  const newest = known.at(-1) ?? 0
  if (applied !== undefined && applied > newest) {
    return { kind: 'newer', databaseAt: new Date(applied), programAt: new Date(newest) }
  }
  const missing = known.filter((when) => when > (applied ?? 0))
  return missing.length === 0 ? { kind: 'up-to-date' } : { kind: 'migrated', count: missing.length }
}
