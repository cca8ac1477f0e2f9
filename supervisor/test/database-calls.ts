/** One call of each kind that every service answers with the help of the database. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flowWithQuestion } from '#shared/testing/flow-with-question.ts'
import type { RunningOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { flowOfServices } from './flow-of-services.ts'
import { HANDBOOK_FLOW, QUESTION } from './flow-stream.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  ms: number
}

export interface DatabaseCall {
  name: string
  ask(): Promise<Answer>
  /** What a proper answer says. */
  good: RegExp
}

const PASSWORD = 'orbits of seven worlds'
const ACCOUNT = { email: 'ada@example.org', name: 'Ada', password: PASSWORD }
const TEXT = 'Comets have tails of ice.\n\nPlanets wander around the sun.'

type Caller = Record<string, string>

/** Makes what is asked for, and the calls; also a flow that asks all services. Both addresses are servers of the test: what tools call, and a model. */
export const prepareCalls = async (
  orrery: RunningOrrery,
  { toolUrl, modelUrl }: { toolUrl: string; modelUrl: string },
): Promise<{ calls: DatabaseCall[]; runFlow(): Promise<Answer> }> => {
  const send = async (caller: Caller, route: string, body?: object): Promise<Answer> => {
    const [method = '', path = ''] = route.split(' ')
    const began = performance.now()
    const response = await fetch(`${orrery.url}${path}`, {
      method,
      headers: { ...caller, ...(body && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, ms: Math.round(performance.now() - began) }
  }
  const make = async (caller: Caller, route: string, body?: object) => {
    const { status, headers, text } = await send(caller, route, body)
    if (status >= 300) throw new Error(`${route} answered ${status} ${text}`)
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { ...(JSON.parse(text || '{}') as any), cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' }
  }

  const root = { authorization: `Bearer ${orrery.rootKey}` }
  const starter = { ...root, 'x-consumer-username': 'starter' }
  const browser = { 'sec-fetch-site': 'same-origin' }
  const { appId, key } = await make(root, 'POST /api/apps', { name: 'Asked' })
  await make(root, `PUT /api/apps/${appId}/limits`, { requestsPerDay: 100_000 })
  const app = { authorization: `Bearer ${key.apiKey}:${key.apiSecret}` }
  const code = readFileSync(join(orrery.dataDirectory, 'setup-code'), 'utf8').trim()
  const session = { ...browser, cookie: (await make(browser, 'POST /api/setup', { code, ...ACCOUNT })).cookie }
  await make(app, 'POST /api/bases', { id: 'sky', name: 'Sky' })
  const upload = () => {
    const form = new FormData()
    form.set('file', new File([`${TEXT}\n\n${crypto.randomUUID()}`], `${crypto.randomUUID()}.txt`))
    return form
  }
  const document = await make(app, 'POST /api/bases/sky/documents?waitMs=20000', upload())
  const { chunks } = await make(app, `GET /api/documents/${document.id}/chunks`)
  const tool = await make(app, 'POST /api/tools/import', {
    document: {
      openapi: '3.1.0',
      info: { title: 'Weather', version: '1.0.0' },
      servers: [{ url: toolUrl }],
      paths: { '/sky': { get: operation('sky'), post: operation('paint') } },
    },
  })
  const conversation = await make(starter, 'POST /api/conversations', { botId: 'starter', uid: 'u' })
  const added = await make(app, 'POST /workflow/v1/protocol/add', { name: 'Where', data: flowWithQuestion })
  const flowId = added.data.flow_id as string
  const publish = { flow_id: flowId, release_status: 1 }
  await make(app, 'POST /v1/publish', publish)
  const handbook = (stream: boolean) => ({
    ...{ flow_id: HANDBOOK_FLOW, uid: 'u', stream },
    parameters: { AGENT_USER_INPUT: QUESTION },
  })
  const askedFlow = await send(starter, 'POST /workflow/v1/chat/completions', handbook(false))
  const runId = askedFlow.headers.get('x-orrery-run-id')
  const messages = [{ role: 'user', content: 'Hello' }]
  const bot = { bot_id: 'starter', uid: 'u', messages }

  /** A run that asks: its question is answered at another time. */
  const begin = async () => {
    const run = { flow_id: flowId, uid: 'u', stream: true, parameters: { AGENT_USER_INPUT: 'Where?', name: 'Ada' } }
    const { text } = await send(app, 'POST /workflow/v1/chat/completions', run)
    return /"event_id":\s*"([^"]+)"/.exec(text)?.[1]
  }
  const waiting: string[] = []
  for (let count = 0; count < RESUMES_MAX; count += 1) waiting.push(await waitFor(begin, { what: 'a question' }))

  const call = (name: string, good: RegExp, ask: () => Promise<Answer>): DatabaseCall => ({ name, ask, good })
  const plain = (caller: Caller, route: string, [good, body]: [RegExp, object?]): DatabaseCall =>
    call(route, good, () => send(caller, route, body))
  const search = (mode: string) => plain(app, 'POST /api/bases/sky/search', [/Comets have/, { query: 'comets', mode }])
  const calls = [
    plain(root, 'GET /api/apps', [/Asked/]),
    plain(root, `GET /api/apps/${appId}/keys`, [new RegExp(key.apiKey)]),
    plain(root, `GET /api/apps/${appId}/limits`, [/requestsPerDay/]),
    plain(root, `PUT /api/apps/${appId}/limits`, [/requestsPerDay/, { requestsPerDay: 90_000 }]),
    plain(root, 'GET /v2/app/list?app_ids=starter', [/"code":0/]),
    plain(root, 'GET /api/audit?limit=1', [/entries/]),
    plain(browser, 'POST /api/sign-in', [/ada@example/, { email: ACCOUNT.email, password: PASSWORD }]),
    plain(session, 'GET /api/me', [/ada@example/]),
    plain(session, 'GET /api/spaces', [/default/]),
    plain(root, 'GET /openapi.json', [/"paths"/]),
    plain(starter, 'GET /agent/v1/bot-config?app_id=starter&bot_id=starter', [/"code":0/]),
    plain(starter, 'POST /agent/v1/chat/completions', [/"code":0/, { ...bot, stream: false }]),
    plain(starter, 'POST /agent/v1/chat/completions', [/"finish_reason":"stop"/, { ...bot, stream: true }]),
    plain(starter, 'GET /api/conversations', [new RegExp(conversation.id)]),
    plain(starter, `POST /api/conversations/${conversation.id}/messages`, [/"role":"assistant"/, { content: 'Hello' }]),
    plain(app, 'GET /api/models', [/rehearsal/]),
    plain(app, 'GET /v1/models', [/rehearsal/]),
    plain(app, 'POST /v1/chat/completions', [/"finish_reason":"stop"/, { model: 'rehearsal', messages }]),
    plain(app, 'GET /api/tools', [new RegExp(tool.toolId)]),
    plain(app, `GET /api/v1/tools/versions?app_id=${appId}&tool_ids=${tool.toolId}&versions=V1.0`, [/"code":0/]),
    plain(app, 'POST /api/v1/tools/http_run', [
      /clear/,
      {
        header: { app_id: appId },
        parameter: { tool_id: tool.toolId, operation_id: 'sky', version: 'V1.0' },
        payload: { message: {} },
      },
    ]),
    plain(root, 'GET /api/mcp-servers', [/\[\]/]),
    plain(app, 'POST /api/v1/mcp/tool_list', [/"code":0/, { mcp_server_ids: [], mcp_server_urls: [] }]),
    plain(app, 'POST /v1/publish', [/"code":0/, publish]),
    plain(starter, 'POST /workflow/v1/chat/completions', [/promises/, handbook(false)]),
    plain(starter, 'POST /workflow/v1/chat/completions', [/"finish_reason":\s*"stop"/, handbook(true)]),
    plain(starter, 'GET /api/runs', [/"runs":\[\{/]),
    plain(starter, `GET /api/runs/${runId}`, [/"completed"/]),
    plain(starter, `GET /api/runs/${runId}/events`, [/promises/]),
    call('POST /workflow/v1/resume', /Oslo/, async () => {
      const event = waiting.pop()
      return send(app, 'POST /workflow/v1/resume', { event_id: event, event_type: 'resume', content: 'Oslo' })
    }),
    call('POST /api/bases/sky/documents', /"state"/, () => send(app, 'POST /api/bases/sky/documents', upload())),
    plain(app, 'GET /api/bases/sky/documents', [new RegExp(document.id)]),
    search('lexical'),
    search('hybrid'),
    plain(app, 'POST /knowledge/v1/chunk/query', [
      /Comets have/,
      {
        ...{ query: 'comets', topN: '3', ragType: 'AIUI-RAG2', match: { repoId: ['sky'], threshold: 0.1 } },
      },
    ]),
    plain(app, `PATCH /api/documents/${document.id}/chunks/${chunks[0].id}`, [/Comets/, { enabled: true }]),
  ]
  const all = flowOfServices({ baseId: 'sky', toolId: tool.toolId, operationId: 'paint', modelUrl })
  const made = await make(app, 'POST /workflow/v1/protocol/add', { name: 'All services', data: all })
  await make(app, 'POST /v1/publish', { flow_id: made.data.flow_id, release_status: 1 })
  const asked = { flow_id: made.data.flow_id, uid: 'u', stream: false, parameters: { AGENT_USER_INPUT: 'comets' } }
  return { calls, runFlow: () => send(app, 'POST /workflow/v1/chat/completions', asked) }
}

const operation = (operationId: string) => ({
  operationId,
  responses: {
    200: { description: 'The sky.', content: { 'application/json': { schema: { type: 'object' } } } },
  },
})

/** As often as an outage makes these calls anew, and some more. */
const RESUMES_MAX = 6
