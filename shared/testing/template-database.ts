import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { databaseUrlOf } from './database-url-of.ts'

const migrationsFolder = resolve(import.meta.dir, '../../deploy/migrations')

/** Any number that nobody else locks: one process at a time makes the template. */
const TEMPLATE_LOCK = 7_301_185_264

const made = new Map<string, Promise<string>>()

/**
 * The name of a migrated database on the server at `adminUrl` that others can be copied from: a copy costs a twentieth of the work that the
 * migrations cost. It is made by the first process that asks, and named after what the migrations hold, so that it is never an older one.
 */
export const templateDatabase = async (adminUrl: string): Promise<string> => {
  const making = made.get(adminUrl) ?? makeTemplate(adminUrl)
  made.set(adminUrl, making)
  return await making.catch((error: unknown) => {
    made.delete(adminUrl)
    throw error
  })
}

const makeTemplate = async (adminUrl: string): Promise<string> => {
  const name = `template_${hashOfMigrations()}`
  const admin = postgres({ ...connectionOptions(adminUrl), max: 1 })
  try {
    await admin`select pg_advisory_lock(${TEMPLATE_LOCK})`
    const [found] = await admin`select 1 from pg_database where datname = ${name}`
    if (found) return name
    // It gets its name only when it is whole: a process that dies before that leaves a draft to the next one.
    await admin.unsafe(`drop database if exists ${name}_draft with (force)`)
    await admin.unsafe(`create database ${name}_draft strategy file_copy`)
    const migrator = postgres({ ...connectionOptions(databaseUrlOf(adminUrl, `${name}_draft`)), max: 1 })
    await migrate(drizzle(migrator), { migrationsFolder }).finally(() => migrator.end())
    await admin.unsafe(`alter database ${name}_draft rename to ${name}`)
    return name
  } finally {
    await admin.end() // which gives the lock back
  }
}

const hashOfMigrations = (): string => {
  const hasher = new Bun.CryptoHasher('sha256')
  for (const path of [...new Bun.Glob('**/*.{sql,json}').scanSync(migrationsFolder)].sort()) {
    hasher.update(path).update(readFileSync(join(migrationsFolder, path)))
  }
  return hasher.digest('hex').slice(0, 16)
}
