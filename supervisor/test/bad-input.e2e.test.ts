/** Bad input at the door: one clear error with a code and a remedy, and nothing half-written. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { asStarter, type Orrery } from './flow-stream.ts'
import { runSupervisor } from './run-command.ts'

const BODY_BYTES_MAX = 65_536

let orrery: Orrery
beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_BODY_BYTES_MAX: String(BODY_BYTES_MAX) } })
}, 120_000)
afterAll(() => orrery?.stop())

interface BadRequest {
  what: string
  route: `${'GET' | 'POST'} /${string}`
  body?: string
  headers?: Record<string, string>
  status: number
  /** A part of the code of the problem, or the numeric code of the wire's envelope. */
  code: RegExp
}

const flow = (body: object) => JSON.stringify({ flow_id: '101', uid: 'u', stream: false, ...body })
const bot = (body: object) => JSON.stringify({ bot_id: 'starter', uid: 'u', stream: false, ...body })

const badRequests: BadRequest[] = [
  { what: 'unknown path', route: 'GET /no/such/path', status: 404, code: /^[A-Z]+_?ROUTE/ },
  { what: 'unknown path of a service', route: 'GET /api/bases/x/y/z', status: 404, code: /ROUTE_NOT_FOUND/ },
  { what: 'internal path', route: 'GET /internal/tenant/openapi', status: 404, code: /ROUTE/ },
  { what: 'no credentials', route: 'GET /api/apps', headers: { authorization: '' }, status: 401, code: /UNAUTH/ },
  {
    what: 'wrong credentials',
    route: 'GET /api/apps',
    headers: { authorization: 'Bearer a:b' },
    status: 401,
    code: /UNAUTH/,
  },
  { what: 'malformed JSON', route: 'POST /api/bases', body: '{"name":', status: 400, code: /BODY_UNREADABLE/ },
  { what: 'wrong type', route: 'POST /api/bases', body: '{"name":7}', status: 422, code: /REQUEST_INVALID/ },
  { what: 'missing key', route: 'POST /api/apps', body: '{}', status: 422, code: /REQUEST_INVALID/ },
  {
    what: 'oversized body',
    route: 'POST /api/bases',
    body: 'x'.repeat(BODY_BYTES_MAX + 1),
    status: 413,
    code: /LARGE/,
  },
  {
    what: 'malformed JSON to a flow',
    route: 'POST /workflow/v1/chat/completions',
    body: '{',
    status: 200,
    code: /^\d+$/,
  },
  {
    what: 'flow input of the wrong type',
    route: 'POST /workflow/v1/chat/completions',
    body: flow({ parameters: { AGENT_USER_INPUT: 7 } }),
    status: 200,
    code: /^\d+$/,
  },
  {
    what: 'flow input missing',
    route: 'POST /workflow/v1/chat/completions',
    body: flow({ parameters: {} }),
    status: 200,
    code: /^\d+$/,
  },
  {
    what: 'flow unknown',
    route: 'POST /workflow/v1/chat/completions',
    body: flow({ flow_id: '999', parameters: {} }),
    status: 200,
    code: /^20201$/,
  },
  {
    what: 'bot unknown',
    route: 'POST /agent/v1/chat/completions',
    body: bot({ bot_id: 'none', messages: [{ role: 'user', content: 'hi' }] }),
    status: 200,
    code: /^\d+$/,
  },
  {
    what: 'chat without messages',
    route: 'POST /agent/v1/chat/completions',
    body: bot({}),
    status: 200,
    code: /^\d+$/,
  },
  {
    what: 'search in an unknown base',
    route: 'POST /knowledge/v1/chunk/query',
    body: '{"query":"x"}',
    status: 200,
    code: /^\d+$/,
  },
]

for (const bad of badRequests) {
  test(`${bad.what} is answered with one clear error`, async () => {
    const [method, path] = bad.route.split(' ') as [string, string]
    const response = await fetch(`${orrery.url}${path}`, {
      method,
      headers: { ...asStarter(orrery), ...bad.headers },
      ...(bad.body === undefined ? {} : { body: bad.body }),
    })
    const answer = (await response.json()) as {
      code: string | number
      detail?: string
      message?: string
      remedy?: string
    }
    expect({ status: response.status, code: String(answer.code) }).toEqual({
      status: bad.status,
      code: expect.stringMatching(bad.code),
    })
    expect(answer.code).not.toBe(0)
    expect((answer.detail ?? answer.message ?? '').length).toBeGreaterThan(5)
    if (typeof answer.code === 'string') expect(answer.remedy?.length).toBeGreaterThan(5)
  })
}

test('refused requests left nothing behind', async () => {
  const read = async (path: string) => (await fetch(`${orrery.url}${path}`, { headers: asStarter(orrery) })).json()
  const { bases } = (await read('/api/bases')) as { bases: { id: string }[] }
  expect(bases.map(({ id }) => id)).toEqual(['starter-handbook'])
  const { apps } = (await read('/api/apps')) as { apps: { appId: string }[] }
  expect(apps.map(({ appId }) => appId)).toEqual(['starter'])
})

test('a model that cannot be reached is named, with what to do', async () => {
  const send = (path: string, body: object) =>
    fetch(`${orrery.url}${path}`, { method: 'POST', headers: asStarter(orrery), body: JSON.stringify(body) })
  const model = { name: 'away', provider: 'openai', url: 'http://127.0.0.1:1/v1', modelId: 'm', apiKey: 'k' }
  expect((await send('/api/models', model)).status).toBe(201)
  const response = await send('/v1/chat/completions', { model: 'away', messages: [{ role: 'user', content: 'hi' }] })
  expect(response.status).toBe(503)
  expect(JSON.stringify(await response.json())).toMatch(/(?=.*MODEL_UNREACHABLE)(?=.*"?away)(?=.*\/api\/models)/)
})

const starts: { what: string; env: () => Record<string, string>; code: number; says: RegExp }[] = [
  { what: 'an occupied port', env: () => ({ PORT: new URL(orrery.url).port }), code: 75, says: /port.*\b\d+\b/i },
  {
    what: 'an unwritable data directory',
    env: () => ({ ORRERY_DATA: '/proc/orrery' }),
    code: 73,
    says: /\/proc\/orrery/,
  },
  {
    what: 'two invalid settings',
    env: () => ({ PORT: 'eighty', DATABASE_URL: 'mysql://user:hidden@host/db' }),
    code: 78,
    says: /PORT[\s\S]*DATABASE_URL/,
  },
]

for (const { what, env, code, says } of starts) {
  test(`a start with ${what} ends with code ${code} and says why`, async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'orrery-start-'))
    try {
      const result = await runSupervisor({ ORRERY_DATA: join(scratch, 'data'), PORT: '18099', ...env() })
      expect(result.code).toBe(code)
      expect(result.output).toMatch(says)
      expect(result.output).not.toContain('hidden')
      expect(result.output).not.toMatch(/\n\s+at .*:\d+:\d+/) // no stack trace
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }, 120_000)
}
