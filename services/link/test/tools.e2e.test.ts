/** A tool on the whole running system: imported, called by a flow's plugin node and by an agent, and still there after the worker that runs it is killed. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'
import { documentOf } from './wire-client.ts'

let orrery: RunningOrrery
let weather: EchoServer
let app: { appId: string; key: string }
let toolId: string

beforeAll(async () => {
  weather = await startEchoServer(({ target, headers }) =>
    headers.authorization === 'Bearer weather-token'
      ? Response.json({ sky: 'clear', place: decodeURIComponent(target.split('?')[0] ?? '') })
      : Response.json({ sky: 'hidden' }, { status: 401 }),
  )
  orrery = await startOrrery({ env: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
  const made = await post('/api/apps', orrery.rootKey, { name: 'Weather app' })
  app = { appId: made.appId, key: `${made.key.apiKey}:${made.key.apiSecret}` }
  const document = documentOf(
    weather.url,
    {
      '/sky/{city}': {
        post: {
          operationId: 'forecast',
          description: 'Tells the sky over a city.',
          security: [{ token: [] }],
          parameters: [
            { name: 'city', in: 'path', required: true, schema: { type: 'string', default: 'Oslo' } },
            { name: 'days', in: 'query', schema: { type: 'integer', 'x-from': 0 } },
          ],
          requestBody: {
            content: { 'application/json': { schema: { type: 'object', properties: { unit: { type: 'string' } } } } },
          },
          responses: {
            200: { description: 'The sky.', content: { 'application/json': { schema: { type: 'object' } } } },
          },
        },
      },
    },
    { components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } },
  )
  const imported = await post('/api/tools/import', app.key, { document })
  toolId = imported.toolId
  const secret = { kind: 'bearer', token: 'weather-token' }
  const { credentialId } = await post('/api/credentials', app.key, { name: 'Weather', secret })
  const bound = await send(`PUT /api/credentials/${credentialId}/bindings`, app.key, { toolId, scheme: 'token' })
  expect(bound.bindings).toMatchObject([{ toolId, hosts: [weather.url] }])
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await weather?.[Symbol.asyncDispose]()
}, 120_000)

const send = async (route: `${'POST' | 'PUT'} /${string}`, key: string, body: object) => {
  const [method = '', path = ''] = route.split(' ')
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return (text.startsWith('{') ? JSON.parse(text) : { text }) as any
}
const post = (path: `/${string}`, key: string, body: object) => send(`POST ${path}`, key, body)

const platformPids = async (): Promise<number[]> => {
  const { pools } = await orrery.status()
  return pools
    .filter(({ services }) => services.includes('link'))
    .flatMap((pool) => pool.workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid))
}

/** Until others have taken their place: a call that was sent to one as it died has an unknown outcome, and is told so. */
const killPlatform = async () => {
  const killed = await platformPids()
  expect(killed.length).toBeGreaterThan(0)
  for (const pid of killed) process.kill(pid, 'SIGKILL')
  const isSucceeded = async () => {
    const now = await platformPids()
    return now.length > 0 && now.every((pid) => !killed.includes(pid))
  }
  await waitFor(isSucceeded, { what: 'the next worker of the platform', timeoutMs: 45_000 })
}

const reference = (nodeId: string, name: string) => ({ type: 'ref', content: { nodeId, name } })
const input = (name: string, value: object) => ({ id: name, name, schema: { type: 'string', value } })
const output = (name: string, required = false) => ({ id: name, name, required, schema: { type: 'string' } })
const START = 'node-start::start'
const PLUGIN = 'plugin::weather'
const END = 'node-end::end'
const node = (id: string, aliasName: string, data: object) => ({
  id,
  data: { nodeMeta: { nodeType: 'node', aliasName }, inputs: [], outputs: [], nodeParam: {}, ...data },
})
const edge = (sourceNodeId: string, targetNodeId: string) => ({
  sourceNodeId,
  targetNodeId,
  sourceHandle: '',
  targetHandle: '',
})

const definition = () => ({
  id: '',
  name: 'Weather',
  description: '',
  version: 'v3.0.0',
  data: {
    nodes: [
      node(START, 'Start', { outputs: [output('AGENT_USER_INPUT', true)] }),
      node(PLUGIN, 'Weather', {
        inputs: [input('city', reference(START, 'AGENT_USER_INPUT'))],
        outputs: [output('sky'), output('place')],
        nodeParam: { pluginId: toolId, operationId: 'forecast', appId: 'ignored', version: 'V1.0', businessInput: [] },
      }),
      node(END, 'End', {
        inputs: [input('sky', reference(PLUGIN, 'sky')), input('place', reference(PLUGIN, 'place'))],
        nodeParam: { outputMode: 1, template: '{{sky}} over {{place}}', streamOutput: true },
      }),
    ],
    edges: [edge(START, PLUGIN), edge(PLUGIN, END)],
  },
})

test('a flow’s plugin node calls the tool with its app’s credential, before and after kill -9 of the worker that runs tools', async () => {
  const added = await post('/workflow/v1/protocol/add', app.key, { name: 'Weather', data: definition() })
  const flowId: string = added.data.flow_id
  expect((await post('/v1/publish', app.key, { flow_id: flowId, release_status: 1 })).code).toBe(0)
  const run = (city: string) =>
    post('/workflow/v1/chat/completions', app.key, {
      flow_id: flowId,
      stream: false,
      parameters: { AGENT_USER_INPUT: city },
    })
  expect((await run('Köln')).choices[0].delta.content).toBe('clear over /sky/Köln')
  const first = weather.take()
  expect(first.target).toBe('/sky/K%C3%B6ln')
  expect(first.headers['idempotency-key']).toContain(PLUGIN)
  await killPlatform()
  expect((await run('Bergen')).choices[0].delta.content).toBe('clear over /sky/Bergen')
  expect(weather.arrived).toHaveLength(1)
}, 120_000)

test('an agent calls the tool by its model’s word, before and after kill -9 of the worker that runs tools', async () => {
  await using model = startModelServer(({ body }) => {
    const messages = body.messages as { role: string; content?: string }[]
    const seen = messages.findLast(({ role }) => role === 'tool')
    if (seen) return modelWords(`The tool said: ${seen.content}`)
    const call = { index: 0, id: 'call-1', type: 'function', function: { name: 'forecast', arguments: '{"days":3}' } }
    return modelStream(modelChunk({ tool_calls: [call] }), modelChunk({}, 'tool_calls'))
  })
  const ask = () =>
    post('/agent/v1/custom/chat/completions', app.key, {
      model_config: { domain: 'm', api: model.url },
      messages: [{ role: 'user', content: 'How is the sky?' }],
      max_loop_count: 4,
      stream: true,
      plugin: { tools: [toolId] },
    })
  weather.arrived.length = 0
  const answer = await ask()
  expect(weather.take().target).toBe('/sky/Oslo?days=3')
  expect(JSON.stringify(answer)).toContain('clear')
  await killPlatform()
  expect(JSON.stringify(await ask())).toContain('clear')
  expect(weather.take().headers.authorization).toBe('Bearer weather-token')
}, 120_000)

test('another app neither runs the tool nor learns that it is there', async () => {
  const made = await post('/api/apps', orrery.rootKey, { name: 'Stranger' })
  const key = `${made.key.apiKey}:${made.key.apiSecret}`
  const header = { app_id: app.appId }
  const asked = { header, parameter: { tool_id: toolId, operation_id: 'forecast' }, payload: { message: {} } }
  expect((await post('/api/v1/tools/http_run', key, asked)).header).toMatchObject({ code: 30500 })
  expect(await post(`/api/tools/${toolId}/operations/forecast/run`, key, {})).toMatchObject({
    code: 'LINK_TOOL_NOT_FOUND',
  })
  expect((await post('/api/v1/tools/http_run', app.key, asked)).header).toMatchObject({ code: 0 })
})
