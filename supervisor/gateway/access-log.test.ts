import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type AccessEntry, createAccessLog } from './access-log.ts'

const directory = mkdtempSync(join(tmpdir(), 'access-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const entry = (requestId: string): AccessEntry => ({
  timeMs: Date.now(),
  requestId,
  traceId: '0'.repeat(32),
  method: 'GET',
  path: '/',
  status: 200,
  service: 'console',
  worker: undefined,
  role: undefined,
  appId: undefined,
  client: undefined,
  firstByteMs: 1,
  ms: 1,
  end: undefined,
})

test('lines that wait in memory are written at the end, and only the owner may read them', () => {
  const path = join(directory, 'closed.log')
  const log = createAccessLog(path)
  for (const id of ['one', 'two']) log.write(entry(id))
  log.close()
  const ids = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).requestId)
  expect(ids).toEqual(['one', 'two'])
  expect(statSync(path).mode & 0o077).toBe(0)
})

test('a line names who was signed in, and none when nobody was', () => {
  const path = join(directory, 'people.log')
  const log = createAccessLog(path)
  log.write({ ...entry('person'), userId: 'u1' })
  log.write(entry('program'))
  log.close()
  const users = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).userId)
  expect(users).toEqual(['u1', undefined])
})

test('each line tells its own caller and times, however alike the lines before were', () => {
  const path = join(directory, 'places.log')
  const log = createAccessLog(path)
  const times = { firstByteMs: 0.049, ms: 1_234.996 }
  log.write({ ...entry('one'), ...times, worker: 'agent/0.1', role: 'app', appId: 'a "quoted" one' })
  log.write({ ...entry('two'), ...times, worker: 'agent/0.1', role: 'app', appId: 'another', end: 'left' })
  log.write({ ...entry('three'), worker: 'agent/0.2', role: 'root', status: 502, client: '127.0.0.1' })
  log.close()
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    { requestId: 'one', worker: 'agent/0.1', appId: 'a "quoted" one', firstByteMs: 0.05, ms: 1_235 },
    { requestId: 'two', worker: 'agent/0.1', appId: 'another', end: 'left' },
    { requestId: 'three', worker: 'agent/0.2', role: 'root', status: 502, client: '127.0.0.1', ms: 1 },
  ])
  expect(lines[2].appId).toBeUndefined()
  expect(lines[2].end).toBeUndefined()
})

test('addresses that are secrets are not written down', () => {
  const path = join(directory, 'secrets.log')
  const log = createAccessLog(path)
  log.write({ ...entry('hook'), path: '/api/hooks/0SBS9nXVXnDZ1J' })
  log.write({ ...entry('file'), path: '/workflow/v1/files/0SBS9nXVXnDZ1J.png' })
  log.close()
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain('0SBS9nXVXnDZ1J')
  expect(text).toContain('"/api/hooks/***"')
})

test('a file that grew too long is set aside, and no line is lost', async () => {
  const path = join(directory, 'long.log')
  const log = createAccessLog(path, 1_000)
  for (let index = 0; index < 20; index += 1) log.write(entry(`early-${index}`))
  await waitFor(() => existsSync(`${path}.1`), { what: 'the long file to be set aside' })
  log.write(entry('late'))
  log.close()
  expect(readFileSync(`${path}.1`, 'utf8')).toContain('early-19')
  expect(readFileSync(path, 'utf8')).toContain('late')
})
