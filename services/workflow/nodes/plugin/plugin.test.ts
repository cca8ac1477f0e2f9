import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createToolClient } from '../../clients/tool-client.ts'
import { createToolSchemaCache } from '../../clients/tool-schema-cache.ts'
import { compile, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../../test/run-in-memory.ts'

const ID = 'plugin::p'
const DOCUMENT = {
  openapi: '3.1.0',
  servers: [{ url: 'https://weather.example' }],
  paths: {
    '/{city}': {
      post: {
        operationId: 'forecast',
        parameters: [
          { name: 'city', in: 'path', schema: { type: 'string' } },
          { name: 'X-User', in: 'header', schema: { 'x-from': 1 } },
        ],
        requestBody: {
          content: { 'application/json': { schema: { properties: { days: { type: 'integer', default: 2 } } } } },
        },
      },
    },
  },
}

interface Asked {
  path: string
  appId: string | null
  key: string | null
  // biome-ignore lint/suspicious/noExplicitAny: a body of the wire
  body: any
}

let directory: string
let gateway: { stop(force: boolean): Promise<void> }
let asked: Asked[]
let versions: () => Response
let httpRun: () => Response | Promise<Response>
let now: number
let schemas: ReturnType<typeof createToolSchemaCache>
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plugin-'))
  asked = []
  now = 0
  schemas = createToolSchemaCache(() => now)
  versions = () =>
    Response.json({
      code: 0,
      message: 'Success',
      data: { tools: [{ id: 'tool@1', schema: JSON.stringify(DOCUMENT) }] },
    })
  httpRun = () => ran('{"sky": "clear", "high": "warm", "more": 1}')
  gateway = Bun.serve({
    unix: join(directory, 'gateway.sock'),
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const { headers } = request
      const text = await request.text()
      asked.push({
        path: pathname + search,
        appId: headers.get('x-consumer-username'),
        key: headers.get('idempotency-key'),
        body: text === '' ? undefined : JSON.parse(text),
      })
      return pathname.endsWith('/versions') ? versions() : httpRun()
    },
  })
})
afterEach(async () => {
  await gateway.stop(true)
  await rm(directory, { recursive: true, force: true })
})

const ran = (text: string) =>
  Response.json({ header: { code: 0, message: 'Success', sid: 's' }, payload: { text: { text } } })
const refused = (code: number) => Response.json({ header: { code, message: 'the hub says no', sid: 's' }, payload: {} })

const compilePlugin = (param: Record<string, unknown> = {}) =>
  compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { city: ref('node-start::s', 'q'), 'X-User': 'u7' },
          outputs: [
            output('sky'),
            output('high', { type: 'integer', default: 20 }),
            output('low', { type: 'integer' }),
          ],
          param: {
            pluginId: 'tool@1',
            operationId: 'forecast',
            appId: 'stranger',
            businessInput: ['X-User'],
            ...param,
          },
        }),
      ],
      [['node-start::s', ID]],
    ),
  )

const run = async (param: Record<string, unknown> = {}, signal = new AbortController().signal) => {
  const events = await runInMemory({
    plan: compilePlugin(param),
    start: startEvent({ q: 'Köln' }),
    services: testServices({
      tools: createToolClient({ gatewayPath: join(directory, 'gateway.sock'), appId: 'owner', schemas }),
    }),
    signal,
  })
  return events.find(({ type }) => type === 'node-failed') ?? events.findLast(({ type }) => type === 'node-completed')
}

const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64').toString())

test('the hub is asked for the tool’s document and runs the operation, for the app that owns the flow', async () => {
  expect(await run()).toMatchObject({ type: 'node-completed', nodeId: ID })
  expect(asked.map(({ path, appId, key }) => ({ path, appId, key }))).toEqual([
    { path: '/api/v1/tools/versions?app_id=owner&tool_ids=tool%401&versions=V1.0', appId: 'owner', key: null },
    { path: '/api/v1/tools/http_run', appId: 'owner', key: `7:${ID}` },
  ])
  expect(asked[1]?.body).toMatchObject({
    header: { app_id: 'owner' },
    parameter: { tool_id: 'tool@1', operation_id: 'forecast', version: 'V1.0' },
  })
  const message = asked[1]?.body.payload.message
  expect(Object.keys(message).sort()).toEqual(['body', 'header', 'path'])
  expect([message.path, message.header, message.body].map(decode)).toEqual([
    { city: 'Köln' },
    { 'X-User': 'u7' },
    { days: 2 },
  ])
})

test('the answer’s keys are the outputs; a missing one, or one of another type, has its initial value', async () => {
  expect(await run()).toMatchObject({ variables: { sky: 'clear', high: 20, low: 0 } })
})

test('a tool’s document is asked for again only after half a minute', async () => {
  const isVersions = ({ path }: Asked) => path.includes('/versions')
  await run()
  now = 29_000
  await run()
  expect(asked.filter(isVersions)).toHaveLength(1)
  await run({ version: 'V2.0' })
  now = 31_000
  await run()
  expect(asked.filter(isVersions)).toHaveLength(3)
})

test.each([
  [30001, 21801],
  [30100, 21800],
  [30200, 21802],
  [30201, 21803],
  [30202, 21800],
  [30300, 21804],
  [30301, 21805],
  [30302, 21806],
  [30400, 21807],
  [30403, 21812],
  [30500, 21808],
  [30600, 21809],
])('the hub’s %d is the wire’s %d with its reason', async (linkCode, code) => {
  httpRun = () => refused(linkCode)
  expect(await run()).toMatchObject({ code, message: expect.stringContaining('the hub says no') })
})

test.each([
  ['a tool that is not there', () => Response.json({ code: 30500, message: 'no tool', data: {} }), 21808],
  ['an answer without the tool', () => Response.json({ code: 0, message: 'Success', data: { tools: [] } }), 21808],
  ['a document that is no JSON', () => toolOf('{'), 21804],
  ['a document without the operation', () => toolOf('{"paths": {}}'), 21809],
  ['no tool hub in this installation', () => Response.json({ detail: 'no such path' }, { status: 404 }), 21810],
])('%s is told with its own code', async (_, answer, code) => {
  versions = answer
  expect(await run()).toMatchObject({ type: 'node-failed', code })
})
const toolOf = (schema: string) =>
  Response.json({ code: 0, message: 'Success', data: { tools: [{ id: 'tool@1', schema }] } })

test('a gateway that does not answer is the wire’s 21810, and is not remembered', async () => {
  await gateway.stop(true)
  expect(await run()).toMatchObject({ code: 21810, message: expect.stringContaining('did not answer') })
})

test('an answer that is no JSON fails the node', async () => {
  httpRun = () => ran('sunny')
  expect(await run()).toMatchObject({ code: 23400, message: expect.stringContaining('no JSON') })
})

test('a run that is aborted lets the hub’s call go', async () => {
  const leaving = new AbortController()
  httpRun = () => {
    leaving.abort(new Error('the worker stops'))
    return new Promise(() => {})
  }
  await expect(run({}, leaving.signal)).rejects.toThrow('the worker stops')
})

test.each(['pluginId', 'operationId', 'appId'])('a node without %s is refused when the flow is compiled', (name) => {
  expect(() => compilePlugin({ [name]: '' })).toThrow(`nodeParam /${name}`)
})
