/** The wire's http_run and tool_debug: what arrives at the tool, what comes back, and the numbers of what fails. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { freePort } from '#shared/testing/free-port.ts'
import { createTestLink } from '../create-test-link.ts'
import { type Arrived, type EchoServer, startEchoServer } from '../echo-server.ts'
import { asApp, createWireClient, documentOf } from '../wire-client.ts'

let link: Awaited<ReturnType<typeof createTestLink>>
let client: ReturnType<typeof createWireClient>
let echo: EchoServer
let answer: (arrived: Arrived) => Response
beforeAll(async () => {
  link = await createTestLink()
  client = createWireClient(link.app, 'a1')
  echo = await startEchoServer((arrived) => answer(arrived))
})
beforeEach(() => {
  echo.arrived.length = 0
  answer = () => Response.json({ ok: true })
})
afterAll(async () => {
  await echo?.[Symbol.asyncDispose]()
  await link?.[Symbol.asyncDispose]()
})

const ok = { 200: { description: 'ok' } }
const json = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } })
/** A tool with one operation `x`. */
const make = (route: string, operation: object = {}, more: object = {}) => {
  const [method = '', path = ''] = route.split(' ')
  const item = { [method]: { operationId: 'x', responses: ok, ...operation } }
  return client.make(documentOf(echo.url, { [path]: item }, more))
}
const run = async (toolId: string, message: Record<string, unknown> = {}, more: Record<string, string> = {}) =>
  client.run({ tool_id: toolId, operation_id: 'x' }, message, more)

describe('what arrives', () => {
  test('every path template gets its own value', async () => {
    const id = await make('get /p/{a}/{b}')
    expect((await run(id, { path: { b: '2/x', a: '1' } })).header.code).toBe(0)
    expect(echo.take().target).toBe('/p/1/2%2Fx')
  })

  test('a query value stays one value', async () => {
    await run(await make('get /q'), { query: { q: 'a b&x=1#z', p: '50%' } })
    const { target } = echo.take()
    expect(target).toBe('/q?q=a%20b%26x%3D1%23z&p=50%25')
  })

  test('a path value cannot lead to another host or another path', async () => {
    const id = await make('get /p/{a}')
    for (const a of ['//169.254.169.254/x', 'http://10.0.0.1/x', '@evil.example', '..\\..']) {
      await run(id, { path: { a } })
      expect(echo.take().target).toStartWith('/p/')
    }
    expect((await run(id, { path: { a: '..' } })).header.code).toBe(30100)
    expect((await run(id)).header.code).toBe(30100)
    expect(echo.arrived).toEqual([])
  })

  test('headers travel but for the one of older flows, and those that HTTP sets are refused', async () => {
    const id = await make('get /h')
    await run(id, { header: { 'X-Own': 'v', '@type': 'x' } })
    expect(echo.take().headers).toMatchObject({ 'x-own': 'v', host: `127.0.0.1:${echo.port}` })
    for (const name of ['Host', 'Content-Length', 'Transfer-Encoding', 'X-Orrery-Caller']) {
      expect((await run(id, { header: { [name]: '1' } })).header).toMatchObject({ code: 30100 })
    }
    expect(echo.arrived).toEqual([])
  })

  test('a body is JSON, and an empty one none', async () => {
    const id = await make('post /b')
    await run(id, { body: { a: [1, null], ü: 'é' } })
    const arrived = echo.take()
    expect(JSON.parse(arrived.body.toString())).toEqual({ a: [1, null], ü: 'é' })
    expect(arrived.headers['content-type']).toBe('application/json')
    await run(id, { body: {} })
    expect(echo.take()).toMatchObject({ method: 'POST', body: Buffer.alloc(0) })
  })

  test.each(['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'trace'])(
    '%s is called by that method',
    async (method) => {
      const id = await make(`${method} /m`)
      expect((await run(id)).header).toMatchObject({ code: 0 })
      expect(echo.take().method).toBe(method.toUpperCase())
    },
  )

  test('the caller’s Idempotency-Key travels on, and the same call is made once', async () => {
    const id = await make('post /b')
    const key = { 'idempotency-key': '7:plugin::p' }
    answer = () => Response.json({ number: echo.arrived.length })
    const first = await run(id, { body: { a: 1 } }, key)
    expect(echo.arrived[0]?.headers['idempotency-key']).toBe('7:plugin::p')
    expect((await run(id, { body: { a: 1 } }, key)).payload).toEqual(first.payload)
    expect(echo.arrived).toHaveLength(1)
    await run(id, { body: { a: 2 } }, key)
    await run(id, { body: { a: 1 } }, { 'idempotency-key': 'other' })
    await run(id, { body: { a: 1 } })
    expect(echo.arrived).toHaveLength(4)
  })

  test('calls at once under one key are one call', async () => {
    const id = await make('post /b')
    const key = { 'idempotency-key': 'at once' }
    answer = () => Response.json({ number: echo.arrived.length })
    const both = await Promise.all([run(id, { body: { a: 1 } }, key), run(id, { body: { a: 1 } }, key)])
    expect(both.map(({ payload }) => payload.text?.text)).toEqual(['{"number": 1}', '{"number": 1}'])
    expect(echo.arrived).toHaveLength(1)
  })

  test('a call that failed is made again under its key', async () => {
    const id = await make('post /b')
    const key = { 'idempotency-key': 'retried' }
    answer = () => new Response('busy', { status: 503 })
    expect((await run(id, { body: { a: 1 } }, key)).header.code).toBe(30403)
    answer = () => Response.json({ ok: true })
    expect((await run(id, { body: { a: 1 } }, key)).header.code).toBe(0)
    expect(echo.arrived).toHaveLength(2)
  })
})

describe('what comes back', () => {
  test('JSON is written as the original writes it, its numbers as they came', async () => {
    answer = () => new Response('{"a":12345678901234567890,"b":1.50,"c":[1,true,null],"d":"é"}')
    expect(await run(await make('get /x'))).toEqual({
      header: { code: 0, message: 'Success', sid: expect.stringMatching(/^link/) },
      payload: { text: { text: '{"a": 12345678901234567890, "b": 1.50, "c": [1, true, null], "d": "é"}' } },
    })
  })

  test.each([
    ['text', () => new Response('hello "you"'), '"hello \\"you\\""'],
    ['nothing', () => new Response(null, { status: 204 }), '""'],
    [
      'bytes',
      () => new Response(new Uint8Array([0, 255]), { headers: { 'content-type': 'image/png' } }),
      '"data:image/png;base64,AP8="',
    ],
  ])('%s becomes a JSON text', async (_, response, text) => {
    answer = response
    expect((await run(await make('get /x'))).payload).toEqual({ text: { text } })
  })

  test.each([200, 201, 202, 204, 206])('%d is a success', async (status) => {
    answer = () => (status === 204 ? new Response(null, { status }) : Response.json({}, { status }))
    expect((await run(await make('post /x'))).header.code).toBe(0)
  })

  test('a null becomes the default of the one type that is expected, in lists as well', async () => {
    const types = { s: 'string', n: 'number', i: 'integer', o: 'object', a: 'array', b: 'boolean' }
    const properties = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]))
    const schema = {
      type: 'object',
      properties: { ...properties, items: { type: 'array', items: { type: 'string' } } },
    }
    answer = () => Response.json({ s: null, n: null, i: null, o: null, a: null, b: null, items: [null, 'x'] })
    const { payload } = await run(await make('get /x', { responses: { 200: json(schema) } }))
    expect(JSON.parse(payload.text?.text ?? '')).toEqual({
      s: '',
      n: 0,
      i: 0,
      o: {},
      a: [],
      b: false,
      items: ['', 'x'],
    })
  })

  test('another mismatch is 30202 with its path', async () => {
    const schema = { type: 'object', properties: { items: { type: 'array', items: { type: 'string' } } } }
    answer = () => Response.json({ items: ['a', 5] })
    const { header, payload } = await run(await make('get /x', { responses: { 200: json(schema) } }))
    expect(header).toMatchObject({ code: 30202, message: '参数路径: $.items[1], 错误信息: must be string' })
    expect(payload).toEqual({})
  })

  test.each([{}, { type: null }, { $ref: '#/nothing' }])(
    'a schema that says nothing, %p, lets everything pass',
    async (schema) => {
      answer = () => Response.json([1, null])
      const id = await make('get /x', { responses: { 200: json(schema) } })
      expect((await run(id)).payload).toEqual({ text: { text: '[1, null]' } })
    },
  )

  test('an answer is held against the schema of the operation that was called', async () => {
    const id = await client.make(
      documentOf(echo.url, {
        '/one': { get: { operationId: 'x', responses: { 200: json({ type: 'object' }) } } },
        '/last': {
          get: { operationId: 'y', responses: { 200: json({ type: 'string' }), default: json({ type: 'array' }) } },
        },
        '/form': { post: { operationId: 'z', requestBody: { content: { 'multipart/form-data': {} } }, responses: ok } },
      }),
    )
    expect((await run(id)).header.code).toBe(0)
    expect((await client.run({ tool_id: id, operation_id: 'y' })).header.code).toBe(30202)
  })
})

describe('what fails', () => {
  test('what is asked for is looked for in order: schema, tool, operation, parts', async () => {
    const id = await make('get /x')
    const parameter = { tool_id: id, operation_id: 'x' }
    const message = { path: '!!', more: '' }
    const header = { app_id: 'a1' }
    const post = async (body: object) => {
      const answered = await client.call('POST /api/v1/tools/http_run', body)
      return answered.body as Awaited<ReturnType<typeof run>>
    }
    expect(
      (await post({ header, parameter: { ...parameter, tool_id: 'tool@0' }, payload: { message } })).header,
    ).toMatchObject({
      code: 30200,
      message: "path: $.payload.message, message: Additional properties are not allowed ('more' was unexpected)",
    })
    const bad = { message: { path: '!!' } }
    expect((await post({ header, parameter: { ...parameter, tool_id: 'tool@0' }, payload: bad })).header).toMatchObject(
      {
        code: 30500,
        message: 'Tool does not exist: tool@0 V1.0 does not exist',
      },
    )
    expect((await post({ header, parameter: { ...parameter, operation_id: 'y' }, payload: bad })).header).toMatchObject(
      {
        code: 30600,
        message: 'operation_id: y does not exist',
      },
    )
    expect((await post({ header, parameter, payload: bad })).header).toMatchObject({ code: 30100 })
    expect((await client.call('POST /api/v1/tools/http_run', { header, parameter })).status).toBe(422)
  })

  test('a status that is no success is told with what the tool said', async () => {
    answer = () => new Response('boom', { status: 500 })
    const message = 'Third-party API request failed: Request error code: 500, error message boom'
    expect(await run(await make('get /x'))).toMatchObject({ header: { code: 30403, message }, payload: {} })
    const info = { title: 'T', version: '1', 'x-is-official': true }
    expect((await run(await make('get /x', {}, { info }))).header).toMatchObject({ code: 30400 })
  })

  test('a server that is not there is a failed call, one that is not told 30302', async () => {
    const paths = { '/x': { get: { operationId: 'x', responses: ok } } }
    const gone = await client.make(documentOf(`http://127.0.0.1:${freePort()}`, paths))
    expect((await run(gone)).header).toMatchObject({ code: 30403 })
    const relative = await client.make(documentOf('/v1', paths))
    expect((await run(relative)).header).toMatchObject({ code: 30302 })
  })

  test('a body that cannot be made is 30301, a scheme that is not there 30303, one without credentials 30100', async () => {
    const xml = await make('post /x', { requestBody: { content: { 'application/xml': {} } } })
    expect((await run(xml, { body: { a: 1 } })).header.code).toBe(30301)
    expect((await run(await make('get /x', { security: [{ key: [] }] }))).header.code).toBe(30303)
    const components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } }
    const secured = await make('get /x', { security: [{ key: [] }] }, { components })
    expect((await run(secured)).header.code).toBe(30100)
    expect((await run(secured, { header: { 'X-Key': 'mine' } })).header.code).toBe(0)
  })

  test('a tool that is not enabled is not run', async () => {
    const id = await make('get /x')
    await link.dependencies.tools.update(id, { enabled: false })
    expect((await run(id)).header.code).toBe(30500)
  })
})

describe('addresses that may not be called', () => {
  test('are refused with 30203 before anything is sent, redirects to them too', async () => {
    await using strict = await createTestLink({ allow: '' })
    const strictly = createWireClient(strict.app, 'a1')
    for (const server of [
      echo.url,
      'http://169.254.169.254',
      'http://2130706433',
      'http://0x7f.1',
      'http://[::1]',
      'http://10.0.0.1',
    ]) {
      const tool_id = await strictly.make(documentOf(server, { '/x': { get: { operationId: 'x', responses: ok } } }))
      expect((await strictly.run({ tool_id, operation_id: 'x' })).header.code, server).toBe(30203)
      const openapi_schema = JSON.stringify(documentOf(server, {}))
      expect((await strictly.debug({ server: `${server}/x`, openapi_schema })).header.code, server).toBe(30203)
    }
    expect(echo.arrived).toEqual([])
    answer = () => new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/latest' } })
    expect((await run(await make('get /x'))).header.code).toBe(30203)
  })

  test('a range that is allowed works, a name that leads elsewhere does not', async () => {
    await using ranged = await createTestLink({ allow: '127.0.0.0/8', resolveHost: async () => ['10.0.0.5'] })
    const own = createWireClient(ranged.app, 'a1')
    const paths = { '/x': { get: { operationId: 'x', responses: ok } } }
    const near = await own.make(documentOf(echo.url, paths))
    expect((await own.run({ tool_id: near, operation_id: 'x' })).header.code).toBe(0)
    const rebound = await own.make(documentOf('http://public.example', paths))
    expect((await own.run({ tool_id: rebound, operation_id: 'x' })).header.code).toBe(30203)
  })
})

describe('tool_debug', () => {
  const openapi_schema = JSON.stringify(
    documentOf('https://elsewhere.example', {
      '/p/{id}': {
        get: {
          operationId: 'one',
          responses: { 200: json({ type: 'object', properties: { s: { type: 'string' } } }) },
        },
      },
      '/z': { get: { operationId: 'last', responses: { 200: json({ type: 'array' }) } } },
    }),
  )

  test('calls the given address as the tool would be called, and holds the answer against its operation', async () => {
    answer = () => Response.json({ s: null })
    const document = JSON.parse(openapi_schema.replaceAll('https://elsewhere.example', echo.url))
    const answered = await client.debug({
      server: `${echo.url}/p/{id}`,
      path: { id: 'a/b' },
      query: { q: '1 2' },
      header: { 'X-A': 'v', uid: 'u' },
      openapi_schema: JSON.stringify(document),
    })
    expect(answered.payload).toEqual({ text: { text: '{"s": ""}' } })
    expect(echo.take()).toMatchObject({ method: 'GET', target: '/p/a%2Fb?q=1%202', headers: { 'x-a': 'v' } })
  })

  test.each([
    ['a method that is none', { method: 'GETT', openapi_schema }, 30200],
    ['an empty document', { openapi_schema: '' }, 30300],
    ['a document that is no JSON', { openapi_schema: 'openapi: 3.0.0' }, 30300],
    ['an empty server', { server: '', openapi_schema }, 30200],
    ['a server that is no address', { server: 'api.example/x', openapi_schema }, 30302],
  ])('%s is refused', async (_, fields, code) => {
    expect((await client.debug({ server: `${echo.url}/x`, ...fields })).header.code).toBe(code)
  })

  test('parts that are missing are 30200, parts of another type HTTP 422', async () => {
    const body = { server: echo.url, method: 'GET', path: {}, query: {}, header: {}, openapi_schema }
    const missing = await client.call('POST /api/v1/tools/tool_debug', body)
    expect(missing.body).toMatchObject({
      header: { code: 30200, message: "path: $, message: 'body' is a required property" },
    })
    expect((await client.call('POST /api/v1/tools/tool_debug', { ...body, body: {}, header: null })).status).toBe(422)
    expect((await client.call('POST /api/v1/tools/tool_debug', undefined, asApp('a1'))).status).toBe(422)
  })
})
