/**
 * Every route of every service has its line in shared/permissions, and refuses whoever lacks what the line says: no credentials, wrong ones, those that
 * ended, those that do not go so far. A refused request leaves nothing behind.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { ROUTE_RULES, type RouteRule, ruleOf } from '#shared/permissions/route-actions.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { publicOperations } from '../openapi/public-operations.ts'
import { type DescribedRoute, fetchDescribedRoutes, shapeOf } from './described-routes.ts'
import { sampleBody } from './sample-value.ts'

/** Written by the processes themselves: their signs of life, and who was refused what. */
const OWN_TABLES = new Set(['journal_worker', 'model_usage_writers', 'model_slots', 'audit_entries'])
/** Answered to anybody, and not by a description. */
const UNDESCRIBED = new Set([
  ...['GET /swagger/{file}', 'GET /assets/{file}', 'GET /favicon.svg'],
  // Stations of a browser on its way to an identity provider and back.
  ...['GET /api/sign-in/oidc', 'GET /api/sign-in/oidc/callback'],
])

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let orrery: RunningOrrery
let described: Awaited<ReturnType<typeof fetchDescribedRoutes>>

beforeAll(async () => {
  database = await temporaryDatabase()
  orrery = await startOrrery({ env: { DATABASE_URL: database.url } })
  described = await fetchDescribedRoutes(orrery.url)
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await database?.[Symbol.asyncDispose]()
}, 120_000)

const asRoot = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${orrery.rootKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return (text ? JSON.parse(text) : {}) as Record<string, string>
}

const makeApp = async (name: string) => {
  const app = (await asRoot('POST', '/api/apps', { name })) as unknown as { appId: string; key: Record<string, string> }
  const makeKey = async (terms: object) => {
    const { apiKey, apiSecret } = await asRoot('POST', `/api/apps/${app.appId}/keys`, terms)
    return { apiKey: apiKey ?? '', bearer: `${apiKey}:${apiSecret}` }
  }
  return { appId: app.appId, bearer: `${app.key.apiKey}:${app.key.apiSecret}`, makeKey }
}

/** Calls a route as well as its description allows, with made-up ids. */
const call = async ({ method, path, operation }: DescribedRoute, bearer: string | undefined) => {
  const body = sampleBody(described.document, operation)
  const response = await fetch(`${orrery.url}${path.replaceAll(/\{[^}]+\}/g, '1')}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  })
  const text = await response.text()
  return `${response.status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ''}`.trim()
}

/** What each table holds: how many rows, and a digest of them. */
const contents = async (): Promise<Record<string, unknown>> => {
  const tables = await database.client`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`
  const found: Record<string, unknown> = {}
  for (const { name } of tables) {
    if (OWN_TABLES.has(name)) continue
    const [row] = await database.client.unsafe(
      `select count(*)::int as rows, md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) as digest from "${name}" t`,
    )
    found[name] = row
  }
  return found
}

const closedRoutes = () =>
  described.routes.filter(({ method, path }) => {
    const rule = ruleOf(method, path)
    return rule !== 'open' && !publicOperations.has(`${method} ${path}`)
  })

test('every described route has a rule, and every rule is that of a route', () => {
  const known = new Set(Object.keys(ROUTE_RULES).map(shapeOf))
  const missing = described.routes.map(({ name }) => name).filter((name) => !known.has(shapeOf(name)))
  expect(missing).toEqual([])
  const there = new Set(described.routes.map(({ name }) => shapeOf(name)))
  const stale = Object.keys(ROUTE_RULES).filter((name) => !there.has(shapeOf(name)) && !UNDESCRIBED.has(name))
  expect(stale).toEqual([])
})

test('what asks for no credentials is on the public list, and nothing else is', () => {
  const open = described.routes.filter(({ method, path }) => ruleOf(method, path) === 'open').map(({ name }) => name)
  expect(open.sort()).toEqual([...publicOperations].sort())
})

test('no, wrong, ended and insufficient credentials are refused by every route, and leave nothing behind', async () => {
  const app = await makeApp('Mine')
  const disabled = await makeApp('Disabled')
  const deleted = await makeApp('Deleted')
  const revoked = await app.makeKey({})
  const expired = await app.makeKey({ scopes: ['full'] })
  // One action a key: whoever lacks a route's action has another one.
  const narrow = new Map<RouteRule, string>()
  for (const action of KEY_ACTIONS) narrow.set(action, (await app.makeKey({ scopes: [action] })).bearer)
  const lacking = (rule: RouteRule | undefined) =>
    rule === 'runs:read' ? narrow.get('models:run') : narrow.get('runs:read')

  await asRoot('PATCH', `/api/apps/${disabled.appId}`, { disabled: true })
  await asRoot('DELETE', `/api/apps/${deleted.appId}`)
  await asRoot('DELETE', `/api/apps/${app.appId}/keys/${revoked.apiKey}`)
  await database.client`update api_keys set expires_at = now() where api_key = ${expired.apiKey}`
  // Its last use is written once a minute: now, not among the requests below.
  for (const bearer of narrow.values())
    await fetch(`${orrery.url}/api/none`, { headers: { authorization: `Bearer ${bearer}` } })
  for (const rule of ['runs:read', 'models:run'] as const)
    await fetch(`${orrery.url}/api/flows`, { headers: { authorization: `Bearer ${narrow.get(rule)}` } })

  const before = await contents()
  const refusals: Record<string, Record<string, string>> = {}
  const expected: typeof refusals = {}
  for (const route of closedRoutes()) {
    const rule = ruleOf(route.method, route.path)
    const unknown = { none: undefined, wrong: 'not-the-root-key', secret: `${app.bearer}x`, expired: expired.bearer }
    const ended = { disabled: disabled.bearer, deleted: deleted.bearer, revoked: revoked.bearer }
    refusals[route.name] = {}
    expected[route.name] = {}
    for (const [who, bearer] of Object.entries({ ...unknown, ...ended })) {
      Object.assign(refusals[route.name] ?? {}, { [who]: await call(route, bearer) })
      Object.assign(expected[route.name] ?? {}, { [who]: '401 GATEWAY_UNAUTHENTICATED' })
    }
    if (rule === 'self') continue
    Object.assign(refusals[route.name] ?? {}, { narrow: await call(route, lacking(rule)) })
    Object.assign(expected[route.name] ?? {}, { narrow: '403 GATEWAY_ACTION_FORBIDDEN' })
  }
  expect(Object.keys(refusals).length).toBeGreaterThan(100)
  expect(refusals).toEqual(expected)
  expect(await contents()).toEqual(before)
}, 120_000)

test('what only people may do is refused to every key, however much it may', async () => {
  const app = await makeApp('Full')
  const holdable = new Set<unknown>(KEY_ACTIONS)
  const refusals: Record<string, string> = {}
  for (const route of closedRoutes()) {
    const rule = ruleOf(route.method, route.path)
    if (rule === 'self' || holdable.has(rule)) continue
    refusals[route.name] = await call(route, app.bearer)
  }
  expect(Object.keys(refusals).length).toBeGreaterThan(20)
  expect(new Set(Object.values(refusals))).toEqual(new Set(['403 GATEWAY_ACTION_FORBIDDEN']))
})
