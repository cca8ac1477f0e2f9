/** What belongs to another app looks as if it did not exist: on every route with an id in its path, whatever is asked of it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { ruleOf } from '#shared/permissions/route-actions.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type DescribedRoute, fetchDescribedRoutes } from './described-routes.ts'
import { sampleBody } from './sample-value.ts'

/** The app whose things are asked for; it owns the starter flows, bot and base. */
const OWNER = 'starter'

let orrery: RunningOrrery
let described: Awaited<ReturnType<typeof fetchDescribedRoutes>>
let stranger: string

beforeAll(async () => {
  orrery = await startOrrery()
  described = await fetchDescribedRoutes(orrery.url)
  const made = await asOwner('POST', '/api/apps', { name: 'Stranger' })
  const { apiKey, apiSecret } = made.key as Record<string, string>
  stranger = `${apiKey}:${apiSecret}`
}, 90_000)
afterAll(() => orrery?.stop(), 60_000)

type Json = Record<string, unknown>

const send = async (bearer: string, request: { method: string; path: string; body?: unknown; app?: string }) => {
  const { method, path, body, app } = request
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(app === undefined ? {} : { 'x-consumer-username': app }),
      ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

const asOwner = async (method: string, path: string, body?: unknown): Promise<Json> => {
  const { status, text } = await send(orrery.rootKey, { method, path, body, app: OWNER })
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
  return text.startsWith('{') ? (JSON.parse(text) as Json) : {}
}

const firstId = async (path: string, list: string, field: string): Promise<string> => {
  const found = (await asOwner('GET', path))[list] as Json[]
  return String(found[0]?.[field])
}

/** One thing of each kind that belongs to the owner, by the start of the paths that name it. */
const makeThings = async (): Promise<[prefix: string, id: string][]> => {
  const flows = (await asOwner('GET', '/api/flows')).flows as Json[]
  const flowId = String(flows.find(({ name }) => /echo/i.test(String(name)))?.id ?? flows[0]?.id)
  const baseId = await firstId('/api/bases', 'bases', 'id')
  const botId = await firstId('/api/agents', 'agents', 'botId')
  const form = new FormData()
  form.append('file', new File(['Secret plans of the owner.'], 'plans.txt', { type: 'text/plain' }))
  const document = await asOwner('POST', `/api/bases/${baseId}/documents`, form)
  const run = await asOwner('POST', '/api/runs', { flowId, parameters: { AGENT_USER_INPUT: 'Hello' } })
  const runId = String(run.id ?? run.runId)
  await waitFor(async () => !/queued|running/.test(String((await asOwner('GET', `/api/runs/${runId}`)).state)), {
    what: 'the run to end',
  })
  const schedule = await asOwner('POST', '/api/schedules', {
    name: 'Yearly',
    flowId,
    cron: '0 0 1 1 *',
    parameters: { AGENT_USER_INPUT: 'Hi' },
  })
  const webhook = await asOwner('POST', '/api/webhooks', { name: 'Pushes', flowId, bodyParameter: 'AGENT_USER_INPUT' })
  return [
    ['/api/flows/', flowId],
    ['/api/bases/', baseId],
    ['/api/agents/', botId],
    ['/api/documents/', String(document.id)],
    ['/api/runs/', runId],
    ['/api/schedules/', String(schedule.id)],
    ['/api/webhooks/', String(webhook.id)],
    ['/api/apps/', OWNER],
    ['/workflow/v1/', flowId],
    ['/sparkflow/v1/', flowId],
  ]
}

/** An id that looks like the other one and is nobody's. */
const unlike = (id: string): string => {
  if (id === OWNER) return 'nobodys'
  if (/^\d+$/.test(id)) return String(BigInt(id) + 1_000_003n)
  return id.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (last) => (last === '7' ? '8' : '7'))
}

/** How a route answers about an id, with the id and what differs each time taken out. */
const answerTo = async ({ method, path, operation }: DescribedRoute, id: string): Promise<string> => {
  const [first, ...others] = path.match(/\{[^}]+\}/g) ?? []
  const named = others.reduce((text, name) => text.replace(name, '1'), path.replace(first ?? '', id))
  const body = method === 'GET' ? undefined : (sampleBody(described.document, operation) ?? {})
  const { status, text } = await send(stranger, { method, path: named, body })
  return `${status} ${text.replaceAll(id, '<id>').replaceAll(/"(traceId|sid)":"[^"]*"/g, '')}`
}

/** The wire of the original tells an app that a published flow is there and not bound to it: clients know that number. It tells nothing else of it. */
const NOT_BOUND =
  /^200 \{"code":20004,"message":"The app is not bound to this workflow\(App \w+ is not bound to flow <id>\.\)",\}$/
const SAYS_NOT_BOUND = /^GET \/\w+\/v1\/get_flow_info\//

const holdable = new Set<unknown>(KEY_ACTIONS)

test('a route answers about what is another app’s just as about what is not there', async () => {
  const things = await makeThings()
  const asked: string[] = []
  const answers: Record<string, string> = {}
  const expected: Record<string, string> = {}
  for (const route of described.routes) {
    const { method, path, name } = route
    if (!path.includes('{') || !holdable.has(ruleOf(method, path))) continue
    const id = things.find(([prefix]) => path.startsWith(prefix))?.[1]
    if (id === undefined) continue
    asked.push(name)
    const answer = await answerTo(route, id)
    if (SAYS_NOT_BOUND.test(name) && NOT_BOUND.test(answer)) continue
    answers[name] = answer
    expected[name] = await answerTo(route, unlike(id))
  }
  expect(asked.length).toBeGreaterThan(35)
  expect(answers).toEqual(expected)
  const letIn = Object.entries(answers).filter(([, answer]) => /^2/.test(answer) && !/"code":[1-9]/.test(answer))
  expect(letIn).toEqual([])
}, 90_000)

test('the owner still finds everything as it was', async () => {
  for (const [prefix, id] of await makeThings()) {
    if (!prefix.startsWith('/api/')) continue
    const { status } = await send(orrery.rootKey, { method: 'GET', path: `${prefix}${id}`, app: OWNER })
    expect({ prefix, status }).toEqual({ prefix, status: 200 })
  }
}, 60_000)
