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
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const TOOL_DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Lemons', version: '1' },
  servers: [{ url: 'https://lemons.example.com' }],
  paths: {
    '/lemons': {
      get: { operationId: 'listLemons', summary: 'List lemons', responses: { 200: { description: 'Lemons' } } },
    },
  },
}

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
  const conversation = await asOwner('POST', '/api/conversations', { botId, uid: 'u' })
  const memory = await asOwner('POST', '/api/memories', { botId, uid: 'u', text: 'Likes lemons.' })
  const credential = await asOwner('POST', '/api/credentials', {
    ...{ name: `Key ${Bun.randomUUIDv7()}`, secret: { kind: 'apiKey', value: 'k' } },
  })
  const server = await asOwner('POST', '/api/mcp-servers', {
    ...{ name: `Server ${Bun.randomUUIDv7()}`, url: 'https://mcp.example.com/mcp' },
  })
  const upload = new FormData()
  upload.append('file', new File(['Secret notes of the owner.'], 'notes.txt', { type: 'text/plain' }))
  const file = await asOwner('POST', '/api/files', upload)
  const message = await send(orrery.rootKey, {
    ...{ method: 'POST', path: `/api/conversations/${conversation.id}/messages`, app: OWNER },
    body: { content: 'Hello', stream: false },
  })
  const turnId = String((JSON.parse(message.text) as Json).runId)
  await asOwner('PUT', `/api/budgets/${OWNER}`, { dayTokensMax: 1_000_000 })
  const tool = await asOwner('POST', '/api/tools/import', { document: TOOL_DOCUMENT })
  return [
    ['/api/conversations/', String(conversation.id)],
    ['/api/memories/', String(memory.id)],
    ['/api/credentials/', String(credential.credentialId)],
    ['/api/mcp-servers/', String(server.serverId)],
    ['/api/files/', String(file.id)],
    ['/api/turns/', turnId],
    ['/api/tools/', String(tool.toolId ?? (tool.tool as Json)?.toolId)],
    ['/api/budgets/', OWNER],
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

/** The id where it stands for itself: `102` may be a part of other ids too. */
const wherever = (id: string): RegExp => new RegExp(`(?<!\\w)${RegExp.escape(id)}(?!\\w)`, 'g')

/** How a route answers about an id, with the id and what differs each time taken out. */
const answerTo = async ({ method, path, operation }: DescribedRoute, id: string): Promise<string> => {
  const [first, ...others] = path.match(/\{[^}]+\}/g) ?? []
  const named = others.reduce((text, name) => text.replace(name, '1'), path.replace(first ?? '', id))
  const body = method === 'GET' ? undefined : (sampleBody(described.document, operation) ?? {})
  const { status, text } = await send(stranger, { method, path: named, body })
  return `${status} ${text.replaceAll(wherever(id), '<id>').replaceAll(/"(traceId|sid)":"[^"]*"/g, '')}`
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
  expect(asked.length).toBeGreaterThan(70)
  expect(answers).toEqual(expected)
  const letIn = Object.entries(answers).filter(([, answer]) => /^2/.test(answer) && !/"code":[1-9]/.test(answer))
  expect(letIn).toEqual([])
}, 120_000)

/** Requests that name somebody's things in their query or body. */
const NAMED_ELSEWHERE: readonly [route: string, prefix: string, body?: (id: string) => object][] = [
  [`GET /agent/v1/bot-config?app_id=${OWNER}&bot_id=<id>`, '/api/agents/'],
  [`DELETE /agent/v1/bot-config?app_id=${OWNER}&bot_id=<id>`, '/api/agents/'],
  [
    'POST /agent/v1/chat/completions',
    '/api/agents/',
    (id) => ({ bot_id: id, uid: 'u', stream: false, messages: [{ role: 'user', content: 'Hello' }] }),
  ],
  ['POST /api/conversations', '/api/agents/', (id) => ({ botId: id, uid: 'u' })],
  ['POST /api/memories', '/api/agents/', (id) => ({ botId: id, uid: 'u', text: 'x' })],
  ['POST /workflow/v1/protocol/get', '/api/flows/', (id) => ({ flow_id: id, app_id: OWNER })],
  ['POST /workflow/v1/protocol/delete', '/api/flows/', (id) => ({ flow_id: id, app_id: OWNER })],
  ['POST /v1/publish', '/api/flows/', (id) => ({ flow_id: id, app_id: OWNER, release_status: 1 })],
  ['POST /v1/auth', '/api/flows/', (id) => ({ flow_id: id, app_id: OWNER })],
  ['POST /api/runs', '/api/flows/', (id) => ({ flowId: id, parameters: {} })],
  ['POST /api/webhooks', '/api/flows/', (id) => ({ name: 'Mine', flowId: id })],
  ['POST /api/schedules', '/api/flows/', (id) => ({ name: 'Mine', flowId: id, cron: '0 0 1 1 *' })],
  [
    'POST /knowledge/v1/chunk/query',
    '/api/bases/',
    (id) => ({ query: 'promises', topN: 3, ragType: 'AIUI-RAG2', match: { repoId: [id], threshold: 0 } }),
  ],
  ['POST /api/search', '/api/bases/', (id) => ({ baseIds: [id], query: 'promises' })],
  ['POST /knowledge/v1/document/chunk', '/api/documents/', (id) => ({ docId: id, ragType: 'AIUI-RAG2' })],
  ['POST /knowledge/v1/document/name', '/api/documents/', (id) => ({ docId: id, ragType: 'AIUI-RAG2' })],
  [
    'POST /workflow/v1/chat/completions',
    '/api/flows/',
    (id) => ({ flow_id: id, uid: 'u', stream: false, parameters: { AGENT_USER_INPUT: 'Hello' } }),
  ],
]

/** Of a published flow the original's wire tells that it is not bound to the app; our own routes say so in the same way. */
const TELLS_NOT_BOUND = /not bound to (this workflow|flow)/

/** Session ids also stand at the end of messages. */
const NEW_EACH_TIME = /"(traceId|sid|id)":"[^"]*"|"(created|executed_time)":[\d.]+|,\w+@\w+/g

test('what is named in a query or body is as far away as what is named in a path', async () => {
  const things = new Map(await makeThings())
  const answers: Record<string, string> = {}
  const expected: Record<string, string> = {}
  for (const [route, prefix, bodyOf] of NAMED_ELSEWHERE) {
    const [method = '', path = ''] = route.split(' ')
    const ask = async (id: string) => {
      const request = { method, path: path.replace('<id>', id), ...(bodyOf ? { body: bodyOf(id) } : {}) }
      const { status, text } = await send(stranger, request)
      return `${status} ${text.replaceAll(wherever(id), '<id>').replaceAll(NEW_EACH_TIME, '')}`
    }
    const id = things.get(prefix) ?? ''
    const answer = await ask(id)
    expect({ route, answer }).toEqual({ route, answer: expect.not.stringMatching(/Secret plans|You said/) })
    if (TELLS_NOT_BOUND.test(answer)) continue
    answers[route] = answer
    expected[route] = await ask(unlike(id))
  }
  expect(answers).toEqual(expected)
}, 120_000)

test('the owner still finds everything as it was', async () => {
  for (const [prefix, id] of await makeThings()) {
    expect({ prefix, id }).toEqual({ prefix, id: expect.not.stringMatching(/undefined|null/) })
    const isShown = described.routes.some(
      ({ method, path }) => method === 'GET' && /^[^{]*\{\w+\}$/.test(path) && path.startsWith(prefix),
    )
    if (!isShown || !prefix.startsWith('/api/')) continue
    const { status } = await send(orrery.rootKey, { method: 'GET', path: `${prefix}${id}`, app: OWNER })
    expect({ prefix, status }).toEqual({ prefix, status: 200 })
  }
}, 120_000)
