import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createGatewayClient } from '../../clients/gateway-client.ts'
import { createLinkClient } from '../../clients/link-client.ts'
import { runTool } from '../../loop/run-tool.ts'
import { encodeObject, readLinkReply, toLinkMessage } from '../../toolbox/link-message.ts'
import { readLinkDocument } from '../../toolbox/read-link-document.ts'
import { createToolRunner } from '../../toolbox/run-pinned-tool.ts'
import { createBuiltInToolbox } from '../../toolbox/toolbox.ts'
import { pinPlugins } from '../../turns/pin-plugins.ts'
import { createTurnSources } from '../../turns/turn-sources.ts'
import { addDocument, startFakeGateway, toRan, toVersions } from '../fake-gateway.ts'

const VERSIONS = 'GET /api/v1/tools/versions'
const RUN = 'POST /api/v1/tools/http_run'

let gateway: Awaited<ReturnType<typeof startFakeGateway>>
beforeEach(async () => {
  gateway = await startFakeGateway({})
})
afterEach(() => gateway[Symbol.asyncDispose]())

type Schema = Record<string, unknown>
const parameter = (place: string, name: string, fields: { schema?: Schema; required?: boolean }) => ({
  in: place,
  name,
  description: name,
  required: fields.required ?? false,
  schema: { type: 'string', ...fields.schema },
})
const toolOf = (operation: object) => {
  const [tool] = readLinkDocument({ paths: { '/p': { post: { operationId: 'op', description: 'd', ...operation } } } })
  if (!tool) throw new Error('no tool')
  return tool
}
const bodyOf = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } })
const decode = (part: string | undefined): unknown => part && JSON.parse(Buffer.from(part, 'base64').toString())
const decodeAll = (message: ReturnType<typeof toLinkMessage>) =>
  Object.fromEntries(Object.entries(message).map(([place, part]) => [place, decode(part)]))

const marked = toolOf({
  parameters: [
    parameter('header', 'h', { schema: { 'x-from': 0, default: 'dh' } }),
    parameter('query', 'q', { schema: { 'x-display': true, default: 'dq' } }),
  ],
})

test('pin 15: a header by x-from 0 and a query parameter by x-display take the values of the model', () => {
  expect(decodeAll(toLinkMessage(marked.operation, { h: 'mh', q: 'mq' }))).toEqual({
    header: { h: 'mh' },
    query: { q: 'mq' },
  })
})

test('pin 16: where the model gives nothing, the defaults of the schema stand', () => {
  expect(decodeAll(toLinkMessage(marked.operation, {}))).toEqual({ header: { h: 'dh' }, query: { q: 'dq' } })
})

test('what nothing is known of is sent as null', () => {
  const { operation } = toolOf({ parameters: [parameter('query', 'q', { schema: { 'x-from': 0 } })] })
  expect(decodeAll(toLinkMessage(operation, {}))).toEqual({ query: { q: null } })
})

test('pin 17: a value of the business by x-from 1 wins over one of the model', () => {
  const { operation } = toolOf({ parameters: [parameter('query', 'user', { schema: { 'x-from': 1, default: 'd' } })] })
  expect(decodeAll(toLinkMessage(operation, { user: 'model' }, { user: 'business' }))).toEqual({
    query: { user: 'business' },
  })
  expect(decodeAll(toLinkMessage(operation, { user: 'model' }))).toEqual({ query: { user: 'd' } })
})

test('pin 18: a nested body is rebuilt from values that the model gives in one level', () => {
  const { operation, definition } = toolOf(
    bodyOf({
      type: 'object',
      properties: {
        outer: {
          type: 'object',
          properties: { inner: { type: 'object', properties: { leaf: { type: 'string', 'x-from': 0 } } } },
        },
        unmarked: { type: 'string' },
      },
    }),
  )
  expect(definition.parameters).toMatchObject({ properties: { leaf: { type: 'string' } } })
  expect(definition.parameters).not.toHaveProperty('properties.unmarked')
  expect(decodeAll(toLinkMessage(operation, { leaf: 'v', unmarked: 'taken' }))).toEqual({
    body: { outer: { inner: { leaf: 'v' } }, unmarked: 'taken' },
  })
})

test('pin 19: an empty part is no part, and others are base64 of JSON in ASCII', () => {
  expect(encodeObject({})).toBe('')
  const values = { key: 'value', number: 123, text: '中文é' }
  expect(decode(encodeObject(values))).toEqual(values)
  expect(Buffer.from(encodeObject(values), 'base64').toString('latin1')).toMatch(/^[\x20-\x7e]*$/)
})

const linkCall = {
  appId: 'a1',
  uid: 'u1',
  toolId: 'tool@1',
  version: 'V1.0',
  operationId: 'add',
  idempotencyKey: '1:0:0',
}

test('pin 20: a call has the shape of the wire, and its whole reply is kept', async () => {
  gateway.answers[RUN] = () => toRan('{"sum":3}')
  const link = createLinkClient(createGatewayClient(gateway.path))
  const message = { query: encodeObject({ a: 1 }) }
  const reply = await link.run({ ...linkCall, message, signal: new AbortController().signal })
  expect(gateway.asked[0]?.body).toEqual({
    header: { app_id: 'a1', uid: 'u1' },
    parameter: { tool_id: 'tool@1', operation_id: 'add', version: 'V1.0' },
    payload: { message },
  })
  expect(gateway.asked[0]?.headers.get('idempotency-key')).toBe('1:0:0')
  expect(reply).toEqual(toRan('{"sum":3}'))
  expect(readLinkReply(reply)).toEqual({ text: '{"sum":3}', failed: false, code: 0, sid: 'link-sid' })
  expect(readLinkReply({ header: { code: 30403, message: 'no' } })).toMatchObject({ failed: true, code: 30403 })
  expect(readLinkReply({}).code).toBe(-1)
})

describe('pin 21: a call that comes to no answer is code 40024', () => {
  test.each([
    ['status 500', () => new Response('boom', { status: 500 })],
    ['no answer in time', () => new Promise<Response>(() => undefined)],
  ])('%s', async (_, answer) => {
    gateway.answers[RUN] = answer
    const client = createGatewayClient(gateway.path)
    const link = createLinkClient(client, { documentMsMax: 50, callMsMax: 50 })
    const run = createToolRunner({ ...createTurnSources(client), link, toolbox: createBuiltInToolbox() })
    const [tool] = readLinkDocument(addDocument())
    const reference = { kind: 'link' as const, toolId: 'tool@1', version: 'V1.0', operation: tool!.operation }
    const pinned = { definition: tool!.definition, hasEffect: true, reference }
    const call = { tool: pinned, call: { id: '1', name: 'add', arguments: '{}' }, onBrokenSource: 'fail' as const }
    const context = {
      appId: 'a',
      uid: '',
      sid: 's',
      idempotencyKey: 'k',
      now: new Date(),
      signal: new AbortController().signal,
    }
    await expect(runTool(run, call, context)).rejects.toMatchObject({ wireCode: 40024 })
    const told = await runTool(run, { ...call, onBrokenSource: 'degrade' }, context)
    expect(told).toMatchObject({ failed: true, text: expect.stringContaining('could not be used') })
  })
})

const pinTools = (tools: { toolId: string; version: string }[], onBrokenSource: 'fail' | 'degrade' = 'fail') =>
  pinPlugins(
    { sources: createTurnSources(createGatewayClient(gateway.path)) },
    { tools, mcpServerIds: [], mcpServerUrls: [], flowIds: [], knowledge: [] },
    { appId: 'a1', sid: 's', signal: new AbortController().signal, question: '', onBrokenSource },
  )
const TOOLS = ['tool@1', 'tool@2'].map((toolId) => ({ toolId, version: 'V1.0' }))

test('pin 22: without tools nothing is asked', async () => {
  expect((await pinTools([])).tools).toEqual([])
  expect(gateway.asked).toEqual([])
})

test('the ids and versions of tools are asked for in pairs, and escaped', async () => {
  gateway.answers[VERSIONS] = () => toVersions({ 'tool@1': addDocument(), 'tool@2': addDocument() })
  const { tools } = await pinTools(TOOLS)
  expect(gateway.asked.map(({ query }) => [...query])).toEqual([
    [
      ['app_id', 'a1'],
      ['tool_ids', 'tool@1'],
      ['versions', 'V1.0'],
      ['tool_ids', 'tool@2'],
      ['versions', 'V1.0'],
    ],
  ])
  // Two operations of one name are told apart.
  expect(tools.map(({ definition }) => definition.name)).toEqual(['add', 'add_2'])
})

describe('pin 23: documents that cannot be had are code 40023', () => {
  test.each([
    ['code 1', () => ({ code: 1, message: 'no' })],
    ['status 500', () => new Response('boom', { status: 500 })],
    [
      'a document that is no JSON',
      () => ({ code: 0, data: { tools: [{ id: 'tool@1', version: 'V1.0', schema: '{' }] } }),
    ],
  ])('%s', async (_, answer) => {
    gateway.answers[VERSIONS] = answer
    await expect(pinTools(TOOLS.slice(0, 1))).rejects.toMatchObject({
      wireCode: 40023,
      message: expect.stringContaining('Failed to get link tool protocol'),
    })
  })

  test('an agent that may go on loses only the broken tool, and its model is told', async () => {
    gateway.answers[VERSIONS] = ({ query }) =>
      query.getAll('tool_ids').includes('tool@2')
        ? { code: 30500, message: 'no' }
        : toVersions({ 'tool@1': addDocument() })
    const { tools, unavailable } = await pinTools(TOOLS, 'degrade')
    expect(tools.map(({ definition }) => definition.name)).toEqual(['add'])
    expect(unavailable).toEqual(['The tool "tool@2" cannot be reached.'])
  })
})

test('pin 24: of query parameters those by x-from 0 and x-display are shown, those of the business are not', () => {
  const { definition } = toolOf({
    parameters: [
      parameter('query', 'from0', { schema: { 'x-from': 0 }, required: true }),
      parameter('query', 'display', { schema: { 'x-display': true } }),
      parameter('query', 'from1', { schema: { 'x-from': 1 }, required: true }),
      parameter('header', 'hidden', { schema: { 'x-from': 0 }, required: true }),
    ],
  })
  expect(Object.keys(definition.parameters.properties as object)).toEqual(['from0', 'display'])
  expect(definition.parameters.required).toEqual(['from0'])
})

test('pin 25: of a body the leaves of the model are shown in one level, and only they are required', () => {
  const { definition } = toolOf(
    bodyOf({
      type: 'object',
      required: ['leaf', 'object'],
      properties: {
        leaf: { type: 'integer', 'x-from': 0 },
        object: { type: 'object', required: ['nested'], properties: { nested: { type: 'string', 'x-display': true } } },
        business: { type: 'string', 'x-from': 1 },
        hidden: { type: 'string', 'x-display': false, 'x-from': 0 },
      },
    }),
  )
  expect(definition.parameters).toEqual({
    type: 'object',
    properties: { leaf: { type: 'integer' }, nested: { type: 'string' } },
    required: ['leaf', 'nested'],
  })
})

test('pin 26: an operation is one tool, named after it', async () => {
  gateway.answers[VERSIONS] = () => toVersions({ 'tool@1': addDocument({ operationId: 'test_operation' }) })
  const { tools } = await pinTools(TOOLS.slice(0, 1))
  expect(tools).toMatchObject([
    {
      definition: { name: 'test_operation', description: 'Adds two numbers.' },
      hasEffect: false,
      reference: { kind: 'link', toolId: 'tool@1', version: 'V1.0' },
    },
  ])
})

test('a document without any marker was not made for the console: all of it is the model’s, and gaps are no nulls', () => {
  const [tool] = readLinkDocument({
    components: { schemas: { Pet: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } } },
    paths: {
      '/pets/{id}': {
        parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string' } }],
        put: {
          operationId: 'putPet',
          parameters: [
            { in: 'query', name: 'dry', schema: { type: 'boolean' } },
            { in: 'header', name: 'Authorization', schema: { type: 'string' } },
          ],
          ...bodyOf({ $ref: '#/components/schemas/Pet' }),
        },
      },
    },
  })
  expect(tool?.definition.parameters).toEqual({
    type: 'object',
    properties: { id: { type: 'string' }, dry: { type: 'boolean' }, name: { type: 'string' } },
    required: ['id', 'name'],
  })
  expect(tool?.hasEffect).toBe(true)
  expect(decodeAll(toLinkMessage(tool!.operation, { id: '7', name: 'Rex' }))).toEqual({
    path: { id: '7' },
    body: { name: 'Rex' },
  })
})
