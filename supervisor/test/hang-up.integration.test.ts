/** SIGHUP from somebody means reload; SIGHUP because the terminal was closed means an orderly stop. */
import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const notesIn = () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-hang-up-'))
  directories.push(directory)
  const path = join(directory, 'notes')
  return { path, read: () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []) }
}
const program = (path: string) => [process.execPath, resolve(import.meta.dir, 'fixtures/terminal-child.ts'), path]

test('in a terminal it reloads while that is open, and stops in order when it is closed', async () => {
  const notes = notesIn()
  const child = Bun.spawn(program(notes.path), { terminal: { cols: 80, rows: 24, data() {} } })
  await waitFor(() => notes.read().includes('up'), { what: 'the child' })
  child.kill('SIGHUP')
  await waitFor(() => notes.read().includes('reload'), { what: 'a reload' })
  child.terminal?.close()
  expect(await child.exited).toBe(0)
  expect(notes.read()).toEqual(['up', 'reload', 'stop', 'end'])
}, 120_000)

test('without a terminal every SIGHUP reloads', async () => {
  const notes = notesIn()
  const child = Bun.spawn(program(notes.path), { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', detached: true })
  await waitFor(() => notes.read().includes('up'), { what: 'the child' })
  for (const times of [1, 2]) {
    child.kill('SIGHUP')
    await waitFor(() => notes.read().filter((word) => word === 'reload').length === times, { what: 'a reload' })
  }
  child.kill('SIGKILL')
  await child.exited
}, 120_000)
