import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockDirectory, readDirectoryLock } from './directory-lock.ts'
import { isAlive, ownIdentity } from './process-identity.ts'

const directories: string[] = []
const scratch = () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-lock-'))
  directories.push(directory)
  return directory
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

test('the first gets the directory, the second is told who holds it, and a release frees it', () => {
  const directory = scratch()
  const first = lockDirectory(directory)
  expect(first.held).toBe(true)
  expect(lockDirectory(directory)).toEqual({ held: false, holder: ownIdentity() })
  if (first.held) first.release()
  expect(lockDirectory(directory).held).toBe(true)
})

test('the lock of a dead process, or of one whose pid was given to another, is no obstacle', () => {
  const directory = scratch()
  for (const dead of [
    { pid: 4_194_399, startTime: 'x' },
    { pid: process.pid, startTime: 'an earlier life' },
    'rubbish',
  ]) {
    writeFileSync(join(directory, 'lock'), JSON.stringify(dead))
    const lock = lockDirectory(directory)
    expect(lock.held).toBe(true)
    expect(readDirectoryLock(directory)).toEqual(ownIdentity())
    if (lock.held) lock.release()
  }
  expect(readdirSync(directory)).toEqual([])
})

test('a release does not remove the lock of a successor', () => {
  const directory = scratch()
  const lock = lockDirectory(directory)
  writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: 1, startTime: 'another' }))
  if (lock.held) lock.release()
  expect(existsSync(join(directory, 'lock'))).toBe(true)
})

test('of many processes that find a dead lock at once exactly one wins', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: 4_194_399, startTime: 'x' }))
  const program = `
    import { lockDirectory } from ${JSON.stringify(join(import.meta.dir, 'directory-lock.ts'))}
    const lock = lockDirectory(process.argv[1])
    console.log(lock.held ? 'won' : lock.holder.pid)
    await Bun.stdin.text()`
  const children = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, '-e', program, directory], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' }),
  )
  const answers = await Promise.all(
    children.map(async (child) => {
      const { value } = await child.stdout.getReader().read()
      return new TextDecoder().decode(value).trim()
    }),
  )
  const winner = children[answers.indexOf('won')]
  for (const child of children) child.stdin.end()
  await Promise.all(children.map((child) => child.exited))
  expect(answers.filter((answer) => answer === 'won')).toHaveLength(1)
  expect(answers.filter((answer) => answer === String(winner?.pid))).toHaveLength(3)
})

test('a process is told from an earlier one with its pid', () => {
  expect(isAlive(ownIdentity())).toBe(true)
  expect(isAlive({ ...ownIdentity(), startTime: 'before' })).toBe(false)
})
