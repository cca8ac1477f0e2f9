import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#shared/testing/free-port.ts'
import { runCommand } from '../test/run-command.ts'

const parent = mkdtempSync(join(tmpdir(), 'cmd-'))
const ORRERY_DATA = join(parent, 'data')
afterAll(() => rmSync(parent, { recursive: true, force: true }))
const run = (args: string[], env: Record<string, string> = {}) => runCommand(args, { ORRERY_DATA, ...env })

test.each([
  [[]],
  [['nope']],
  [['status', '--nope']],
  [['restart']],
  [['restart', 'x']],
  [['restart', '--all', '7']],
  [['reload', '--strategy', 'at-once']],
  [['scale', 'agent']],
  [['scale', 'agent', '0']],
  [['drain', 'agent', 'first']],
  [['key', 'destroy']],
  [['logs', '-n', '0']],
  [['ingestions', 'all']],
])('wrong usage %j ends with 64 and a word on what is wrong', async (args) => {
  const { code, output } = await run(args)
  expect(code).toBe(64)
  expect(output.length).toBeGreaterThan(20)
  expect(output).not.toMatch(/\n\s+at .*:\d+:\d+/)
})

test.each(['status', 'deaths', 'down', 'reload', 'scale agent 1', 'drain agent', 'drain agent 0', 'restart --all'])(
  '%s without a running Orrery ends with 69 and says how to start it',
  async (verb) => {
    const { code, output } = await run(verb.split(' '))
    expect(code).toBe(69)
    expect(output).toContain(ORRERY_DATA)
    expect(output).toContain('npm start')
  },
)

test('doctor finds nothing wrong with a place where nothing was started, and makes nothing', async () => {
  const { code, output } = await run(['doctor', '--json'], { PORT: String(freePort()) })
  const report = JSON.parse(output) as { ok: boolean; checks: { name: string; outcome: string }[] }
  expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true })
  expect(report.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['versions', 'configuration', 'data directory', 'disk space', 'database', 'port']),
  )
  expect(existsSync(ORRERY_DATA)).toBe(false)
})

test('doctor ends with what a start would end with', async () => {
  const holder = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const taken = await run(['doctor'], { PORT: String(holder.port) })
  holder.stop(true)
  expect(taken.code).toBe(75)
  expect(taken.output).toContain(`held by process ${process.pid}`)
  expect((await run(['doctor'], { PORT: 'eighty' })).code).toBe(78)
  expect((await run(['doctor'], { ORRERY_DATA: '/proc/nope', PORT: String(freePort()) })).code).toBe(73)
  const away = { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none', PORT: String(freePort()) }
  const database = await run(['doctor'], away)
  expect(database.code).toBe(69)
  expect(database.output).not.toContain('hidden')
}, 120_000)

test('the logs of a stopped Orrery can be read', async () => {
  const data = join(parent, 'stopped')
  mkdirSync(join(data, 'logs'), { recursive: true })
  const line = JSON.stringify({
    level: 'error',
    time: '2026-01-01T00:00:00.000Z',
    name: 'agent',
    pid: 1,
    msg: 'last words',
  })
  writeFileSync(join(data, 'logs', 'agent.log'), `${line}\n`)
  const human = await run(['logs'], { ORRERY_DATA: data })
  expect(human).toEqual({ code: 0, output: '2026-01-01T00:00:00.000Z error agent      last words\n' })
  expect(JSON.parse((await run(['logs', 'agent', '--json'], { ORRERY_DATA: data })).output)).toMatchObject({
    msg: 'last words',
  })
  expect((await run(['logs', 'nobody'], { ORRERY_DATA: data })).code).toBe(73)
})

test('key show gives the root key and where it comes from', async () => {
  const data = join(parent, 'keyed')
  mkdirSync(data)
  writeFileSync(join(data, 'root-key'), 'orrery_kept-in-the-file\n')
  const kept = await run(['key', 'show', '--json'], { ORRERY_DATA: data })
  expect(JSON.parse(kept.output)).toMatchObject({ rootKey: 'orrery_kept-in-the-file', source: join(data, 'root-key') })
  const set = await run(['key', 'show'], { ORRERY_DATA: data, ORRERY_ROOT_KEY: 'a-key-of-the-environment' })
  expect(set.output).toBe('a-key-of-the-environment\n(from ORRERY_ROOT_KEY)\n')
  expect((await run(['key', 'show'])).code).toBe(73)
})

test('help names every verb', async () => {
  const { code, output } = await run(['--help'])
  expect(code).toBe(0)
  for (const verb of [
    'up',
    'down',
    'status',
    'reload',
    'scale',
    'drain',
    'doctor',
    'deaths',
    'logs',
    'restart',
    'ingestions',
    'key',
    'help',
  ]) {
    expect(output).toMatch(new RegExp(`^ {2}${verb}\\b`, 'm'))
  }
})
