/**
 * Rewrites deploy/migrations from all tables.ts files and the journal's SQL. Only for as long as nothing is released: afterwards each
 * change is a new migration (`drizzle-kit generate`), and what is merged is never edited.
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dir, '../..')
const folder = resolve(root, 'deploy/migrations')
const kit = async (...args: string[]) => {
  const child = Bun.spawn([resolve(root, 'node_modules/.bin/drizzle-kit'), 'generate', ...args], {
    cwd: root,
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if ((await child.exited) !== 0) process.exit(1)
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await kit('--name=initial')
await kit('--custom', '--name=journal')
const journal = readdirSync(folder).find((name) => name.endsWith('_journal.sql'))
if (!journal) throw new Error('drizzle-kit wrote no custom migration')
cpSync(resolve(root, 'shared/journal/schema.sql'), resolve(folder, journal))
