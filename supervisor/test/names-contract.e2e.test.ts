/** "Names that others rely on" of ARCHITECTURE.md: each row of the table, and what it promises, seen on a running system. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { runCommand, runSupervisor } from './run-command.ts'

type Orrery = Awaited<ReturnType<typeof startOrrery>>
let orrery: Orrery

beforeAll(async () => {
  orrery = await startOrrery()
})
afterAll(() => orrery?.stop())

const root = resolve(import.meta.dir, '../..')
const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${orrery.url}${path}`, { ...init, headers: { 'content-type': 'application/json', ...headers } })
const asRoot = () => ({ authorization: `Bearer ${orrery.rootKey}` })
const json = async (path: string) => (await ask(path, asRoot())).json() as Promise<Record<string, unknown>>
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const scripts = async () => ((await Bun.file(join(root, 'package.json')).json()) as { scripts: object }).scripts

const Document = Type.Object({
  version: Type.String(),
  ready: Type.Literal(true),
  url: Type.String({ pattern: '^http://' }),
  dataDirectory: Type.String({ pattern: '^/' }),
  startedAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT' }),
  pssBytes: Type.Integer({ minimum: 1 }),
  supervisor: Type.Object({ pid: Type.Integer() }),
  gateways: Type.Array(Type.Object({ pid: Type.Integer(), state: Type.String() }), { minItems: 1 }),
  pools: Type.Array(
    Type.Object({
      name: Type.String(),
      services: Type.Array(Type.String(), { minItems: 1 }),
      min: Type.Integer(),
      max: Type.Integer(),
      workers: Type.Array(
        Type.Object({
          pid: Type.Integer(),
          slot: Type.Integer(),
          generation: Type.Integer(),
          state: Type.String(),
          startedAt: Type.String(),
          restarts: Type.Integer(),
          inFlight: Type.Integer(),
          streams: Type.Integer(),
          rssBytes: Type.Integer(),
          loopDelayMs: Type.Number(),
        }),
        { minItems: 1 },
      ),
    }),
    { minItems: 1 },
  ),
  backends: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.Union([Type.Literal('embedded'), Type.Literal('external')]),
      pid: Type.Optional(Type.Integer()),
      state: Type.String(),
      detail: Type.Optional(Type.String()),
    }),
    { minItems: 1 },
  ),
})

const createKey = async (appId: string): Promise<string> => {
  await ask('/api/apps', asRoot(), { method: 'POST', body: JSON.stringify({ appId, name: appId }) })
  const made = await ask(`/api/apps/${appId}/keys`, asRoot(), { method: 'POST', body: '{}' })
  const { apiKey, apiSecret } = (await made.json()) as Record<string, string>
  return `${apiKey}:${apiSecret}`
}

/** Row of the table → what must be true. */
const names: Record<string, () => unknown> = {
  'npm ci && npm start': async () => expect(await scripts()).toHaveProperty('start'),
  'npm ci && npm test': async () => {
    expect(await scripts()).toHaveProperty('test')
    expect(await Bun.file(join(root, '.ci/run')).text()).toContain('npm test')
  },
  'HOST, PORT': async () => {
    expect(orrery.url).toStartWith('http://127.0.0.1:')
    expect((await ask('/health/live')).status).toBe(200)
  },
  ORRERY_SERVICE_PORTS: async () => {
    // Whoever holds 5052 – this listener, or another program on the machine – makes it a taken port.
    const holder = (() => {
      try {
        return Bun.listen({ hostname: '127.0.0.1', port: 5052, socket: { data() {} } })
      } catch {
        return undefined
      }
    })()
    try {
      await using second = await startOrrery({ env: { ORRERY_SERVICE_PORTS: 'on' } })
      // It may answer before its summary is printed.
      await waitFor(() => /5052.*\b\d+\b/.test(second.output()), { what: 'the warning about port 5052' })
      expect((await fetch(`${second.url}/health/ready`)).status).toBe(200)
    } finally {
      holder?.stop(true)
    }
  },
  ORRERY_DATA: async () => {
    expect(mode(orrery.dataDirectory)).toBe('700')
    const refused = await runSupervisor({ ORRERY_DATA: orrery.dataDirectory, PORT: '1' })
    expect(refused.code).toBe(75)
    expect(refused.output).toContain(String(orrery.pid))
  },
  ORRERY_ROOT_KEY: async () => {
    const file = join(orrery.dataDirectory, 'root-key')
    expect(mode(file)).toBe('600')
    expect((await Bun.file(file).text()).trim()).toBe(orrery.rootKey)
    expect(orrery.output().split(orrery.rootKey)).toHaveLength(2) // printed once
  },
  'Authorization: Bearer <root key>': async () => {
    expect((await ask('/api/apps')).status).toBe(401)
    expect((await ask('/api/apps', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await ask('/api/apps', asRoot())).status).toBe(200)
    const bot = await ask('/agent/v1/bot-config?app_id=starter&bot_id=starter', {
      ...asRoot(),
      'x-consumer-username': 'starter',
    })
    expect(bot.status).toBe(200)
  },
  'Authorization: Bearer <key>:<secret>': async () => {
    const key = await createKey('names-contract')
    const other = { authorization: `Bearer ${key}`, 'x-consumer-username': 'starter' }
    const listed = (await (await ask('/api/flows', other)).json()) as { flows: { id: string }[] }
    expect(listed.flows).toEqual([]) // the starters belong to the app it claims to be, not to the app of its key
    expect((await ask('/api/flows', { authorization: `Bearer ${key}x` })).status).toBe(401)
  },
  'DATABASE_URL, REDIS_ADDR, KAFKA_SERVERS, OSS_ENDPOINT, OTLP_ENDPOINT …': async () => {
    expect((await orrery.status()).backends).toMatchObject([{ name: 'postgres', kind: 'embedded' }])
    await using database = await temporaryDatabase()
    await using external = await startOrrery({ env: { DATABASE_URL: database.url } })
    expect((await external.status()).backends).toMatchObject([{ name: 'postgres', kind: 'external' }])
  },
  'bun run orrery <verb>': async () => {
    const env = { ORRERY_DATA: orrery.dataDirectory }
    for (const verb of ['status', 'doctor', 'deaths', 'logs']) {
      const { code, output } = await runCommand([verb, '--json'], env)
      expect({ verb, code }).toEqual({ verb, code: 0 })
      const documents = verb === 'logs' ? output.trim().split('\n') : [output]
      for (const document of documents) expect(() => JSON.parse(document)).not.toThrow()
    }
  },
  'orrery status --json': async () => {
    const { output } = await runCommand(['status', '--json'], { ORRERY_DATA: orrery.dataDirectory })
    expect([...Value.Errors(Document, JSON.parse(output))].map(({ path, message }) => `${path} ${message}`)).toEqual([])
  },
  'GET /health/live, /health/ready, /health': async () => {
    expect((await ask('/health/live')).status).toBe(200)
    expect((await ask('/health/ready')).status).toBe(200)
    const health = await json('/health')
    expect(Object.keys(health)).toEqual(expect.arrayContaining(['status', 'timestamp', 'services']))
    expect(Object.keys(health.services as object)).toEqual(
      expect.arrayContaining(['agent', 'workflow', 'knowledge', 'tenant', 'link', 'console']),
    )
  },
  'GET /metrics': async () => {
    const text = await (await ask('/metrics')).text()
    expect(text).toMatch(/^# TYPE \w+ counter$/m)
    for (const service of ['agent', 'workflow', 'knowledge', 'tenant', 'link'])
      expect(text).toContain(`service="${service}"`)
  },
  'GET /openapi.json, /swagger': async () => {
    const { paths } = (await json('/openapi.json')) as { paths: object }
    for (const path of ['/agent/v1/chat/completions', '/workflow/v1/chat/completions', '/knowledge/v1/chunk/query']) {
      expect(paths).toHaveProperty([path])
    }
    const page = await (await ask('/swagger')).text()
    expect([...page.matchAll(/(?:src|href)="(https?:)?\/\//g)]).toEqual([])
  },
  ORRERY_OUTBOUND_ALLOW: async () => expect(await Bun.file(join(root, '.env.example')).text()).toContain('ALLOW='),
  'exit codes': async () => {
    const scratch = orrery.dataDirectory
    expect((await runCommand(['no-such-verb'], {})).code).toBe(64)
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ORRERY_DATA: `${scratch}-exit-69`, PORT: '1' }
    expect((await runSupervisor(away)).code).toBe(69)
    expect((await runSupervisor({ ORRERY_DATA: '/proc/orrery', PORT: '1' })).code).toBe(73)
    const taken = { ORRERY_DATA: `${scratch}-exit-75`, PORT: new URL(orrery.url).port }
    expect((await runSupervisor(taken)).code).toBe(75)
    expect((await runSupervisor({ PORT: 'eighty' })).code).toBe(78)
  },
  'The rehearsal model': async () => expect(JSON.stringify(await json('/api/models'))).toContain('"name":"rehearsal"'),
}

for (const [name, check] of Object.entries(names)) test(name, async () => void (await check()), 60_000)

test('the table in ARCHITECTURE.md has these names and no others', async () => {
  const text = await Bun.file(join(root, 'ARCHITECTURE.md')).text()
  const section = text.split('## Names that others rely on')[1]?.split('\n## ')[0] ?? ''
  const rows = [...section.matchAll(/^\| ([^|]+?) \|/gm)].map(([, name = '']) => name.replaceAll('`', ''))
  expect(rows.filter((row) => row !== 'name' && !row.startsWith('---'))).toEqual(Object.keys(names))
})
