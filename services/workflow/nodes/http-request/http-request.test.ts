import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { RunEvent } from '../../engine/run-events.ts'
import { compile, flow, type NodeParts, node, output, ref, start } from '../../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../../test/run-in-memory.ts'

interface Seen {
  method: string
  url: string
  headers: Headers
  body: string
}

let server: ReturnType<typeof Bun.serve>
let origin: string
let answer: (request: Request) => Response | Promise<Response>
let seen: Seen[]
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const { method, headers } = request
      seen.push({ method, headers, url: pathname + search, body: await request.clone().text() })
      return answer(request)
    },
  })
  origin = `http://127.0.0.1:${server.port}`
})
afterAll(() => server.stop(true))
beforeEach(() => {
  seen = []
  answer = () => Response.json({ ok: true }, { headers: { 'x-seen': 'yes' } })
})

const ID = 'http-request::h'
const OUTPUTS = [
  output('status', { type: 'integer' }),
  output('headers', { type: 'object' }),
  output('body'),
  output('json', { type: 'object' }),
]

const compileRequest = (param: Record<string, unknown>, parts: NodeParts = {}) =>
  compile(
    flow(
      [
        start(),
        node(ID, {
          inputs: { q: ref('node-start::s', 'q'), base: origin, n: 3 },
          outputs: OUTPUTS,
          ...parts,
          param: { url: '{{base}}/x', ...param },
        }),
      ],
      [['node-start::s', ID]],
    ),
  )

const run = async (
  param: Record<string, unknown>,
  options: { q?: string; parts?: NodeParts; signal?: AbortSignal; allow?: string } = {},
) => {
  const events = await runInMemory({
    plan: compileRequest(param, options.parts),
    start: startEvent({ q: options.q ?? 'a b' }),
    services: testServices({ outbound: createOutboundGuard({ allow: options.allow ?? '127.0.0.0/8' }) }),
    ...(options.signal && { signal: options.signal }),
  })
  return events.find((event) => event.type.startsWith('node-') && event.type !== 'node-started' && isNode(event))
}
const isNode = (event: object) => 'nodeId' in event && event.nodeId === ID

test('a response is the outputs status, headers, body and json', async () => {
  expect(await run({ query: [{ name: 'q', value: '{{q}}&x' }] })).toMatchObject({
    outputs: { status: 200, headers: { 'x-seen': 'yes' }, body: '{"ok":true}', json: { ok: true } },
  })
  expect(seen).toMatchObject([{ method: 'GET', url: '/x?q=a+b%26x', body: '' }])
  expect(seen[0]?.headers.get('idempotency-key')).toBeNull()
})

test('a call that changes something carries the run’s key, under the name that the flow gives', async () => {
  await run({ method: 'POST' })
  await run({ method: 'DELETE', idempotencyHeader: 'X-Once' })
  await run({ method: 'PUT', idempotencyHeader: '' })
  expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual([`7:${ID}`, null, null])
  expect(seen[1]?.headers.get('x-once')).toBe(`7:${ID}`)
})

test('a call that a crash cut off is repeated with the same key', async () => {
  const again = async (past: RunEvent[]) =>
    runInMemory({ plan: compileRequest({ method: 'POST' }), start: startEvent({ q: '' }), past })
  const whole = await again([])
  const cut = whole.findIndex((event) => event.type === 'node-completed' && isNode(event))
  await again(whole.slice(0, cut))
  const keys = seen.map(({ headers }) => headers.get('idempotency-key'))
  expect(keys).toEqual([`7:${ID}`, `7:${ID}`])
  await again(whole)
  expect(seen).toHaveLength(2)
})

test.each([
  [{ type: 'json', content: '{"q":"{{q}}","n":{{n}}}' }, 'application/json', '{"q":"a b","n":3}'],
  [{ type: 'text', content: 'say {{q}}' }, 'text/plain; charset=utf-8', 'say a b'],
  [{ type: 'text', content: '<q/>', contentType: 'text/xml' }, 'text/xml', '<q/>'],
  [{ type: 'form', fields: [{ name: 'q', value: '{{q}}' }] }, 'application/x-www-form-urlencoded', 'q=a+b'],
])('the body %j is sent as %s', async (body, type, text) => {
  await run({ method: 'POST', body })
  expect(seen[0]?.headers.get('content-type')).toStartWith(type)
  expect(seen[0]?.body).toBe(text)
})

test('a multipart body carries its fields', async () => {
  let fields: unknown
  answer = async (request) => {
    fields = Object.fromEntries(await request.formData())
    return new Response()
  }
  await run({ method: 'POST', body: { type: 'multipart', fields: [{ name: 'q', value: '{{q}}' }] } })
  expect(fields).toEqual({ q: 'a b' })
})

test.each([
  [{ type: 'bearer', token: 't-{{n}}' }, 'authorization', 'Bearer t-3'],
  [{ type: 'basic', user: 'u', password: 'p:{{n}}' }, 'authorization', 'Basic dTpwOjM='],
  [{ type: 'header', name: 'X-Key', value: 'k' }, 'x-key', 'k'],
])('%j authorises the call', async (auth, name, value) => {
  await run({ auth })
  expect(seen[0]?.headers.get(name)).toBe(value)
})

test('a status of any kind is a result, unless the flow wants it to fail', async () => {
  answer = () => new Response('gone', { status: 410 })
  expect(await run({})).toMatchObject({ outputs: { status: 410, body: 'gone', json: {} } })
  expect(await run({ failOnStatus: true })).toMatchObject({
    type: 'node-failed',
    code: 22302,
    message: expect.stringContaining('answered 410: gone'),
  })
})

test('redirects are followed, or shown', async () => {
  answer = (request) => (request.url.endsWith('/x') ? Response.redirect('/y', 302) : new Response('here'))
  expect(await run({})).toMatchObject({ outputs: { status: 200, body: 'here' } })
  expect(await run({ followRedirects: false })).toMatchObject({ outputs: { status: 302, headers: { location: '/y' } } })
})

test('a body of another charset is read by it', async () => {
  answer = () => new Response(Uint8Array.of(0xd6, 0xd0), { headers: { 'content-type': 'text/plain; charset="GBK"' } })
  expect(await run({})).toMatchObject({ outputs: { body: '中' } })
})

test('a response over the limit fails, also a compressed one', async () => {
  answer = () => new Response(Bun.gzipSync(new Uint8Array(100_000)), { headers: { 'content-encoding': 'gzip' } })
  expect(await run({ responseBytesMax: 99_999 })).toMatchObject({
    type: 'node-failed',
    message: expect.stringContaining('larger than 99999 bytes'),
  })
})

test('an address that the guard refuses is not called', async () => {
  expect(await run({}, { allow: '' })).toMatchObject({
    type: 'node-failed',
    code: 22302,
    message: expect.stringContaining('loopback range'),
  })
  expect(seen).toEqual([])
})

test('a server that does not answer in time, or is not there, fails the node without its query', async () => {
  const hanging = Promise.withResolvers<Response>()
  answer = () => hanging.promise
  const param = { url: '{{base}}/slow?key=secret', timeoutSeconds: 0.05 }
  expect(await run(param)).toMatchObject({ message: `Node run failed(GET ${origin}/slow: no answer within 0.05 s)` })
  hanging.resolve(new Response())
  expect(await run({ url: 'http://127.0.0.1:1/?key=secret' })).toMatchObject({
    message: expect.stringContaining('GET http://127.0.0.1:1/: '),
  })
})

test('the node’s error handling retries it', async () => {
  answer = () => new Response('', { status: seen.length < 3 ? 503 : 200 })
  const retry = { shouldRetry: true, maxRetries: 2, timeout: 10 }
  expect(await run({ failOnStatus: true }, { parts: { retry } })).toMatchObject({ outputs: { status: 200 } })
})

test('a run that is aborted lets its call go', async () => {
  const leaving = new AbortController()
  const gone = Promise.withResolvers<void>()
  answer = (request) => {
    request.signal.addEventListener('abort', () => gone.resolve())
    leaving.abort(new Error('the worker stops'))
    return new Promise(() => {})
  }
  await expect(run({}, { signal: leaving.signal })).rejects.toThrow('the worker stops')
  await gone.promise
})

test('a value that no header can carry fails the node', async () => {
  const headers = [{ name: 'x-q', value: '{{q}}' }]
  expect(await run({ headers }, { q: 'a\r\nx-evil: 1' })).toMatchObject({ type: 'node-failed', code: 22302 })
  expect(seen).toEqual([])
})

test.each([
  [{ url: 'file:///etc/passwd' }, '/url'],
  [{ method: 'TRACE' }, '/method'],
  [{ headers: [{ name: 'Host', value: 'x' }] }, '/headers'],
  [{ headers: [{ name: 'a b', value: 'x' }] }, '/headers'],
  [{ method: 'POST', body: { type: 'json', content: '{' } }, '/body/content'],
  [{ body: { type: 'text', content: 'x' } }, '/body'],
  [{ timeoutSeconds: 0 }, '/timeoutSeconds'],
])('%j is refused when the flow is compiled, by node and field', (param, field) => {
  expect(() => compileRequest(param)).toThrow(`node ${ID}, nodeParam ${field}`)
})
