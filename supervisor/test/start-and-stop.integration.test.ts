/** First start, restart, and every way in which a start is refused. */
import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runtimeDirectory } from '#shared/lifecycle/runtime-directory.ts'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { allGone, cleanUp, makeDataDirectory, spawnFixture, startFixture } from './fixture-orrery.ts'

afterEach(cleanUp)

const postmasterOf = async (orrery: Awaited<ReturnType<typeof startFixture>>) => {
  const [postgres] = (await orrery.facts()).backends
  if (!postgres?.pid) throw new Error('no PostgreSQL')
  return postgres.pid
}

test('a first start makes keys and a database, tells the root key once, and SIGTERM ends all of it with code 0', async () => {
  const dataDirectory = makeDataDirectory()
  const first = await startFixture({ dataDirectory })
  await waitFor(() => first.output().includes('is ready'), { what: 'the summary' })
  const rootKey = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
  expect(first.output()).toContain(rootKey)
  expect(first.output()).toContain(`http://127.0.0.1:${first.port}`)
  for (const [name, mode] of [
    ['', 0o700],
    ['root-key', 0o600],
    ['instance-key', 0o600],
  ] as const) {
    expect(statSync(join(dataDirectory, name)).mode & 0o777).toBe(mode)
  }
  const facts = await first.facts()
  const pids = [...facts.gateways, ...facts.pools.flatMap((pool) => pool.workers)].map((worker) => worker.pid)
  const postmaster = await postmasterOf(first)

  first.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  await allGone([...pids, postmaster])
  expect(existsSync(join(dataDirectory, 'lock'))).toBe(false)

  const second = await startFixture({ dataDirectory })
  await waitFor(() => second.output().includes('is ready'), { what: 'the summary' })
  expect(second.output()).not.toContain(rootKey)
  expect(readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()).toBe(rootKey)
}, 120_000)

test('a pid file of PostgreSQL that names a stranger, and half a cluster, are no obstacle', async () => {
  const dataDirectory = makeDataDirectory()
  const first = await startFixture({ dataDirectory })
  first.kill('SIGTERM')
  await first.exited
  const cluster = join(dataDirectory, 'postgres/cluster')
  writeFileSync(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n5432\n\n\n\nready\n`)
  mkdirSync(join(dataDirectory, 'postgres/draft.1'))
  const second = await startFixture({ dataDirectory })
  expect(await postmasterOf(second)).not.toBe(process.pid)
  expect(readdirSync(join(dataDirectory, 'postgres')).filter((name) => name.startsWith('draft.'))).toEqual([])
}, 120_000)

test('SIGTERM in the middle of a start ends it with code 0 and leaves nothing running; the next start goes through', async () => {
  const dataDirectory = makeDataDirectory()
  for (const sign of ['lock', 'run/control.sock', 'postgres/cluster/postmaster.pid']) {
    const interrupted = spawnFixture({ dataDirectory })
    await waitFor(() => existsSync(join(dataDirectory, sign)), { what: sign })
    interrupted.kill('SIGTERM')
    expect(await interrupted.exited).toBe(0)
    expect(existsSync(join(dataDirectory, 'postgres/cluster/postmaster.pid'))).toBe(false)
  }
  expect((await (await startFixture({ dataDirectory })).facts()).ready.ready).toBe(true)
}, 120_000)

test('a second instance on the same directory is refused with the pid of the first and code 75; on another one it lives beside it', async () => {
  const dataDirectory = makeDataDirectory()
  const first = await startFixture({ dataDirectory })
  const refused = spawnFixture({ dataDirectory })
  expect(await refused.exited).toBe(75)
  expect(refused.output()).toContain(`process ${first.pid}`)
  expect((await first.facts()).ready.ready).toBe(true)

  const beside = await startFixture({ dataDirectory: makeDataDirectory() })
  expect((await beside.facts()).ready.ready).toBe(true)
  expect((await first.facts()).ready.ready).toBe(true)
}, 120_000)

test('a taken main port is a failed start with code 75 that leaves nothing running', async () => {
  const holder = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const dataDirectory = makeDataDirectory()
  const refused = spawnFixture({ dataDirectory, port: holder.port ?? 0 })
  expect(await refused.exited).toBe(75)
  expect(refused.output()).toContain(String(holder.port))
  expect(refused.output()).toContain(String(process.pid))
  expect(readdirSync(runtimeDirectory(dataDirectory)).filter((name) => name.startsWith('all-'))).toEqual([])
  await holder.stop(true)
}, 120_000)

test('a data directory that cannot be used is told with its path and code 73', async () => {
  const dataDirectory = makeDataDirectory()
  writeFileSync(dataDirectory, 'a file where a directory should be')
  const refused = spawnFixture({ dataDirectory })
  expect(await refused.exited).toBe(73)
  expect(refused.output()).toContain(dataDirectory)
  expect(refused.output()).toContain('ORRERY_DATA')
}, 120_000)

test('invalid settings are told all at once with code 78, and nothing is made', async () => {
  const dataDirectory = makeDataDirectory()
  const refused = spawnFixture({ dataDirectory, env: { LOG_LEVEL: 'loud', ORRERY_PRESET: 'huge' } })
  expect(await refused.exited).toBe(78)
  expect(refused.output()).toContain('LOG_LEVEL')
  expect(refused.output()).toContain('ORRERY_PRESET')
  expect(existsSync(dataDirectory)).toBe(false)
}, 120_000)

test('a database that cannot be reached ends the start with code 69 and no password', async () => {
  const env = { DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${freePort()}/none` }
  const refused = spawnFixture({ dataDirectory: makeDataDirectory(), env })
  expect(await refused.exited).toBe(69)
  expect(refused.output()).toContain('DATABASE_URL')
  expect(refused.output()).not.toContain('hunter2')
}, 120_000)

test('a data directory with a long path works: the sockets move where their paths are short', async () => {
  const dataDirectory = join(dirname(makeDataDirectory()), 'deep'.repeat(30), 'data')
  mkdirSync(dirname(dataDirectory), { recursive: true })
  const orrery = await startFixture({ dataDirectory })
  expect(runtimeDirectory(dataDirectory)).toStartWith('/tmp/orrery-')
  expect((await orrery.facts()).ready.ready).toBe(true)
}, 120_000)
