import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { connectionOptions } from './connect.ts'
import { migrateDatabase } from './migrate.ts'

const adminUrl = process.env.TEST_POSTGRES_URL ?? ''
const name = `test_${Bun.randomUUIDv7('hex').replaceAll('-', '')}`
const url = adminUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
const admin = postgres({ ...connectionOptions(adminUrl), max: 1 })
const older = mkdtempSync(join(tmpdir(), 'orrery-migrations-'))

beforeAll(async () => {
  await admin.unsafe(`create database ${name}`)
  cpSync(resolve(import.meta.dir, '../../deploy/migrations'), older, { recursive: true })
  const file = join(older, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
})

afterAll(async () => {
  await admin.unsafe(`drop database if exists ${name} with (force)`)
  await admin.end()
  rmSync(older, { recursive: true, force: true })
})

test('of many starters one migrates, the others wait and find nothing to do; an older program is refused afterwards', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => migrateDatabase(url)))
  expect(outcomes.map((outcome) => outcome.kind).toSorted()).toEqual(['migrated', 'up-to-date', 'up-to-date'])
  expect(await migrateDatabase(url)).toEqual({ kind: 'up-to-date' })

  const refused = await migrateDatabase(url, older)
  expect(refused.kind).toBe('newer')
})
