/** The wire's management of tools: envelopes, numbers, messages and the order of its checks. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createTestLink } from '../create-test-link.ts'
import { asRoot, base64, createWireClient, documentOf } from '../wire-client.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
let client: ReturnType<typeof createWireClient>
beforeAll(async () => {
  link = await createTestLink()
  client = createWireClient(link.app, 'a1')
})
afterAll(() => link?.[Symbol.asyncDispose]())

const paths = { '/x': { get: { operationId: 'x', responses: { 200: { description: 'ok' } } } } }
const DOCUMENT = documentOf('https://api.example', paths)
const TOOL = { schema_type: 0, name: 'n', description: 'd', openapi_schema: base64(DOCUMENT) }
const post = async (body: unknown) => client.call('POST /api/v1/tools/versions', body)
const header = { app_id: 'a1' }

describe('creating', () => {
  test('a tool gets an id and version V1.0, and is read back as JSON text', async () => {
    const created = await client.create(DOCUMENT)
    const id = created.data.tools?.[0]?.id ?? ''
    expect(created).toEqual({
      code: 0,
      message: 'Success',
      sid: expect.stringMatching(/^link[0-9a-f]{8}@..[0-9a-f]{11}[0-9a-f]{4}182$/),
      data: { tools: [{ name: 'n', id, version: 'V1.0' }] },
    })
    expect(id).toMatch(/^tool@[0-9a-f]+$/)
    expect((await client.read([id], ['V1.0'])).data).toEqual({
      tools: [{ name: 'n', description: 'd', id, schema: JSON.stringify(DOCUMENT), version: 'V1.0' } as never],
    })
  })

  test('YAML is read as well', async () => {
    const yaml =
      'openapi: 3.0.0\ninfo: {title: T, version: "1"}\nservers:\n  - url: https://x.example\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        200: {description: ok}\n'
    expect((await client.create(yaml, { schema_type: 1 })).code).toBe(0)
  })

  test('ids of many tools made at once are all different', async () => {
    const ids = new Set(Array.from({ length: 5_000 }, () => link.dependencies.nextToolId()))
    expect(ids.size).toBe(5_000)
  })

  test('bodies of the wrong types are HTTP 422 with the complaints of the original’s framework', async () => {
    expect(await post({ payload: { tools: [TOOL] } })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'missing', loc: ['body', 'header'], msg: 'Field required' }] },
    })
    expect(await post({ header: { app_id: 5 }, payload: { tools: [TOOL] } })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'string_type', loc: ['body', 'header', 'app_id'], input: 5 }] },
    })
    expect((await post({ header, payload: { tools: {} } })).status).toBe(422)
  })

  test('then comes the schema, with the path of each complaint', async () => {
    const { name: _, ...nameless } = TOOL
    expect((await post({ header, payload: { tools: [nameless] } })).body).toMatchObject({
      code: 30201,
      message: "path: $.payload.tools[0], message: 'name' is a required property",
      data: {},
    })
    const many = (count: number) => Array.from({ length: count }, () => TOOL)
    for (const body of [
      { header, payload: { tools: [] } },
      { header, payload: { tools: many(7) } },
      { header: { app_id: '' }, payload: { tools: [TOOL] } },
      { header: { app_id: 'x'.repeat(33) }, payload: { tools: [TOOL] } },
      { header, payload: { tools: [{ ...TOOL, schema_type: 2 }] } },
      { header, payload: { tools: [{ ...TOOL, name: 'x'.repeat(129) }] } },
      { header, payload: { tools: [{ ...TOOL, description: 'x'.repeat(513) }] } },
    ]) {
      expect((await post(body)).body, JSON.stringify(body).slice(0, 99)).toMatchObject({ code: 30201 })
    }
  })

  test.each([
    ['no base64', '***', {}],
    ['no JSON', base64('{'), {}],
    ['no object', base64([]), {}],
    ['no openapi', base64({ ...DOCUMENT, openapi: undefined }), {}],
    ['no server', base64({ ...DOCUMENT, servers: [] }), {}],
    ['a server without a URL', base64({ ...DOCUMENT, servers: [{}] }), {}],
    ['an operation without an id', base64(documentOf('https://x', { '/a': { get: { responses: {} } } })), {}],
    ['an empty id', base64(documentOf('https://x', { '/a': { get: { operationId: '', responses: {} } } })), {}],
    ['no YAML', base64('a: [1'), { schema_type: 1 }],
    [
      'YAML that multiplies',
      base64(`a: &a [1,1]\nb: &b [${'*a,'.repeat(60)}1]\nc: [${'*b,'.repeat(60)}1]`),
      { schema_type: 1 },
    ],
  ])('a document with %s is refused with 30300 and its reasons', async (_, openapi_schema, more) => {
    const answer = await client.create({}, { openapi_schema, ...more })
    expect(answer).toMatchObject({ code: 30300, data: {} })
    expect(answer.message).toMatch(
      /^create tool: failed to validate tool n openapi schema, reason \[\{'error_path': '\$.*', 'error_message': /,
    )
  })

  test.each([
    ['2.0.0', 30300],
    ['4.0.0', 30300],
    ['three', 30300],
    ['3.0.0', 0],
    ['3.1.0', 0],
    ['3.2.5', 0],
  ])('OpenAPI %s is answered with %d', async (openapi, code) => {
    expect((await client.create({ ...DOCUMENT, openapi })).code).toBe(code)
  })

  test('several tools are stored all or not at all', async () => {
    const before = await link.dependencies.tools.list({ appId: 'a1', isRoot: false }, { limit: 1_000 })
    const bad = { ...TOOL, openapi_schema: base64({}) }
    expect((await post({ header, payload: { tools: [TOOL, bad] } })).body).toMatchObject({ code: 30300 })
    const after = await link.dependencies.tools.list({ appId: 'a1', isRoot: false }, { limit: 1_000 })
    expect(after).toHaveLength(before.length)
  })
})

describe('versions', () => {
  test('a version is added once', async () => {
    const id = await client.make(DOCUMENT)
    const second = { ...TOOL, id, version: 'V2.0', name: 'n2' }
    expect(await client.update(second)).toMatchObject({ code: 0, message: 'Success', data: { result: 'Success' } })
    expect(await client.update(second)).toMatchObject({ code: 30100, message: 'Version already exists!' })
    const { data } = await client.read([id, id], ['V1.0', 'V2.0'])
    expect(data.tools?.map(({ name, version }) => [name, version])).toEqual([
      ['n', 'V1.0'],
      ['n2', 'V2.0'],
    ])
  })

  test('the schema of a change is looked at first, then its four fields, then the document', async () => {
    const id = await client.make(DOCUMENT)
    const whole = { ...TOOL, id, version: 'V3.0' }
    const { description: _, ...partial } = whole
    expect(await client.update({ ...whole, id: 'notool@123' })).toMatchObject({ code: 30200 })
    expect(await client.update({ ...whole, more: 1 })).toMatchObject({
      code: 30200,
      message: "path: $.payload.tools[0], message: Additional properties are not allowed ('more' was unexpected)",
    })
    expect(await client.update({ id, version: 'V3.0' })).toMatchObject({ code: 30200 })
    expect(await client.update({ id, version: 'V3.0', schema_type: 0 })).toMatchObject({
      code: 30200,
      message: "path: $.payload.tools[0], message: 'openapi_schema' is a dependency of 'schema_type'",
    })
    expect(await client.update(partial)).toMatchObject({
      code: 30100,
      message: 'no description attr found in tool info!',
    })
    // The original answered 30100 with a text of its own language here.
    const bad = await client.update({ ...whole, openapi_schema: base64({}) })
    expect(bad.code).toBe(30300)
    expect(bad.message).toStartWith('update tool: failed to validate tool n openapi schema, reason [')
  })

  test.each(['tool@123456', 'tool@ABC123'])('%s is an id', async (id) => {
    expect(await client.read([id], ['V1.0'])).toMatchObject({
      code: 30500,
      message: `Tool does not exist: ${id} V1.0 does not exist`,
      data: {},
    })
  })

  test.each(['tool@', 'tool@123-456', 'tool@abc_def', 'notool@123'])('%s is none', async (id) => {
    expect(await client.read([id], ['V1.0'])).toMatchObject({ code: 30201 })
    expect(await client.delete([id])).toMatchObject({ code: 30201 })
    expect((await client.run({ tool_id: id, operation_id: 'x' })).header.code).toBe(30200)
  })

  test('reading needs as many versions as tools, and one that is missing fails all', async () => {
    const id = await client.make(DOCUMENT)
    expect(await client.read([id, id], ['V1.0'])).toMatchObject({
      code: 30201,
      message: 'get tool: tool num 2, version num 1 not equal',
    })
    expect(await client.read([id, id], ['V1.0', 'V9'])).toMatchObject({ code: 30500 })
    expect((await client.call('GET /api/v1/tools/versions?app_id=a1')).status).toBe(422)
  })

  test('a version is deleted alone, all of them when none is named, and what is not there counts as deleted', async () => {
    const id = await client.make(DOCUMENT)
    await client.update({ ...TOOL, id, version: 'V2.0' })
    await client.update({ ...TOOL, id, version: 'V3.0' })
    expect(await client.delete([id], ['V2.0'])).toMatchObject({ code: 0, data: { result: 'Success' } })
    expect((await client.read([id], ['V2.0'])).code).toBe(30500)
    expect((await client.read([id], ['V3.0'])).code).toBe(0)
    expect((await client.update({ ...TOOL, id, version: 'V2.0' })).code).toBe(0)
    expect(await client.delete([id, 'tool@0'])).toMatchObject({ code: 0 })
    for (const version of ['V1.0', 'V2.0', 'V3.0']) expect((await client.read([id], [version])).code).toBe(30500)
    expect(await client.update({ ...TOOL, id, version: 'V1.0' })).toMatchObject({ code: 0 })
  })
})

describe('the deprecated routes', () => {
  test('create, read, change in place and delete version V1.0', async () => {
    const created = await client.call('POST /api/v1/tools', { header, payload: { tools: [TOOL] } })
    const id = (created.body as Awaited<ReturnType<typeof client.create>>).data.tools?.[0]?.id ?? ''
    expect(await client.update({ id, name: 'renamed' }, '')).toMatchObject({ code: 0, data: { result: 'Success' } })
    const read = await client.read([id], [], '')
    expect(read.data.tools).toMatchObject([{ name: 'renamed', schema: JSON.stringify(DOCUMENT), version: 'V1.0' }])
    expect(await client.delete([id], [], '')).toMatchObject({ code: 0 })
    expect((await client.read([id], [], '')).code).toBe(30500)
    expect(
      (
        await client.delete(
          Array.from({ length: 7 }, () => id),
          [],
          '',
        )
      ).code,
    ).toBe(30201)
  })
})

describe('tools of others', () => {
  test('another app’s tool does not exist: it is not read, run, changed or deleted, whatever the body says', async () => {
    const id = await client.make(DOCUMENT)
    const other = createWireClient(link.app, 'a1', { 'x-orrery-caller': 'app', 'x-consumer-username': 'b2' })
    const missing = `Tool does not exist: ${id} V1.0 does not exist`
    expect(await other.read([id], ['V1.0'])).toMatchObject({ code: 30500, message: missing })
    expect((await other.run({ tool_id: id, operation_id: 'x' })).header).toMatchObject({
      code: 30500,
      message: missing,
    })
    expect((await other.update({ ...TOOL, id, version: 'V2.0' })).code).toBe(30500)
    expect((await other.update({ id, name: 'x' }, '')).code).toBe(30500)
    expect((await other.delete([id])).code).toBe(0)
    expect((await client.read([id], ['V1.0'])).code).toBe(0)
    expect((await other.update({ ...TOOL, id: 'tool@0', version: 'V1.0' })).message).toBe(
      'Tool does not exist: tool@0 V1.0 does not exist',
    )
  })

  test('a tool of the installation is read by every app, and changed by root alone', async () => {
    const { tools } = link.dependencies
    await tools.insert({ toolId: 'tool@f1', ownerAppId: '', name: 'n', description: 'd' })
    const row = { toolId: 'tool@f1', version: 'V1.0', name: 'n', description: 'd', document: JSON.stringify(DOCUMENT) }
    await tools.insertVersion(row)
    expect((await client.read(['tool@f1'], ['V1.0'])).code).toBe(0)
    expect((await client.update({ ...TOOL, id: 'tool@f1', version: 'V2.0' })).code).toBe(30500)
    expect((await client.delete(['tool@f1'])).code).toBe(0)
    expect((await client.read(['tool@f1'], ['V1.0'])).code).toBe(0)
    const root = createWireClient(link.app, 'a1', asRoot)
    expect((await root.update({ ...TOOL, id: 'tool@f1', version: 'V2.0' })).code).toBe(0)
    expect((await root.delete(['tool@f1'])).code).toBe(0)
    expect((await client.read(['tool@f1'], ['V1.0'])).code).toBe(30500)
  })

  test('root acts for the app that the body names', async () => {
    const root = createWireClient(link.app, 'a1', asRoot)
    const id = await root.make(DOCUMENT)
    expect((await client.read([id], ['V1.0'])).code).toBe(0)
    expect((await createWireClient(link.app, 'zz', asRoot).read([id], ['V1.0'])).code).toBe(30500)
  })
})
