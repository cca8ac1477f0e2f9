/** The credentials of an app from the command line, on the whole system: made, listed, rotated, revoked. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'

let orrery: RunningOrrery
beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const command = async (...args: string[]) => {
  const child = Bun.spawn([process.execPath, 'supervisor/command/main.ts', 'key', ...args], {
    env: { ...process.env, ORRERY_DATA: orrery.dataDirectory, PORT: new URL(orrery.url).port },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, output, complaint }
}
const json = async (...args: string[]) => JSON.parse((await command(...args, '--json')).output)
const statusWith = async ({ apiKey, apiSecret }: Record<string, string>, path: string) =>
  (await fetch(`${orrery.url}${path}`, { headers: { authorization: `Bearer ${apiKey}:${apiSecret}` } })).status

test('a key is made with scopes and an end, listed, rotated with an overlap, and revoked', async () => {
  const made = await json(
    'create',
    'starter',
    '--scope',
    'read-only,flows:run',
    '--expires',
    '30d',
    '--note',
    'Reports',
  )
  expect(await statusWith(made, '/api/flows')).toBe(200)
  const keys = (await json('list', 'starter')).keys
  expect(keys).toMatchObject([{ apiKey: made.apiKey, scopes: ['read-only', 'flows:run'], note: 'Reports' }])
  const days = (Date.parse(keys[0].expiresAt) - Date.now()) / 86_400_000
  expect(days).toBeCloseTo(30, 1)

  const next = await json('rotate', 'starter', made.apiKey, '--overlap', '1h')
  expect([await statusWith(made, '/api/flows'), await statusWith(next, '/api/flows')]).toEqual([200, 200])
  const revoked = await command('revoke', 'starter', made.apiKey)
  expect(revoked).toMatchObject({ code: 0, output: expect.stringContaining('is refused from now on') })
  expect([await statusWith(made, '/api/flows'), await statusWith(next, '/api/flows')]).toEqual([401, 200])
  const table = (await command('list', 'starter')).output
  expect(table).toContain(next.apiKey)
  expect(table).not.toContain(made.apiKey)
  expect(table).not.toContain(next.apiSecret)
}, 120_000)

test('what cannot be is refused with words that help', async () => {
  const scope = await command('create', 'starter', '--scope', 'run_only')
  expect([scope.code === 0, scope.complaint]).toEqual([false, expect.stringContaining('There is no scope "run_only"')])
  const expires = await command('create', 'starter', '--expires', 'tomorrow')
  expect(expires).toMatchObject({ code: 64, complaint: expect.stringContaining('30d') })
  const app = await command('list', 'nobody')
  expect(app.complaint).toContain('App nobody does not exist')
  for (const args of [['revoke', 'starter'], ['create'], ['list', 'a', 'b'], ['destroy', 'a']])
    expect((await command(...args)).code).toBe(64)
}, 120_000)
