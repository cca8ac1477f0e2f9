import { expect, test } from 'bun:test'
import { readOperationOf } from '../openapi/read-operations.ts'
import { buildRequest } from './build-request.ts'
import type { CallValues } from './call-values.ts'

const DOCUMENT = {
  openapi: '3.1.0',
  servers: [{ url: 'https://{region}.api.example/v{n}/', variables: { region: { default: 'eu' }, n: { default: 2 } } }],
  paths: {
    '/p/{a}/{b}.json': {
      servers: [{ url: 'https://path.example?tenant=7' }],
      parameters: [
        { name: 'a', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'q', in: 'query', schema: { type: 'string' } },
      ],
      get: {
        operationId: 'get',
        parameters: [
          { name: 'b', in: 'path', required: true, schema: { default: 'x' } },
          { name: 'filter', in: 'query', content: { 'application/json': { schema: {} } } },
          { name: 'ids', in: 'query', explode: false, schema: { type: 'array' } },
          { name: 'X-List', in: 'header', schema: { type: 'array' } },
          { name: 'session', in: 'cookie', schema: { type: 'string' } },
          { name: 'flags', in: 'cookie', explode: false, schema: { type: 'array' } },
        ],
        responses: { 200: { description: 'ok', content: { 'application/json': { schema: {} } } } },
      },
      post: { operationId: 'post', servers: [{ url: 'https://operation.example' }], responses: {} },
    },
    '/plain': { get: { operationId: 'plain', responses: {} } },
  },
}

const NOTHING: CallValues = { path: {}, query: {}, header: {}, cookie: {}, body: undefined, contentType: undefined }
const build = (operationId: string, values: Partial<CallValues> = {}) => {
  const operation = readOperationOf(DOCUMENT, operationId, [])
  if (!operation) throw new Error(`There is no ${operationId}.`)
  return buildRequest(DOCUMENT, operation, { ...NOTHING, ...values })
}
const path = { a: '1' }

test('the server nearest to the operation is called, its variables filled and its own query kept', () => {
  expect(build('plain').url.href).toBe('https://eu.api.example/v2/plain')
  expect(build('get', { path }).url.href).toBe('https://path.example/p/1/x.json?tenant=7')
  expect(build('post', { path: { a: 1, b: 2 } }).url.href).toBe('https://operation.example/p/1/2.json')
})

test('every path template gets its own value, however hostile, and the path stays that of the operation', () => {
  expect(build('get', { path: { a: '//evil.example/x', b: 'http://10.0.0.1/?#' } }).url.pathname).toBe(
    '/p/%2F%2Fevil.example%2Fx/http%3A%2F%2F10.0.0.1%2F%3F%23.json',
  )
  for (const a of ['..', '.', undefined]) expect(() => build('get', { path: { a } })).toThrow()
  expect(build('get', { path: { a: '50%' } }).url.pathname).toBe('/p/50%25/x.json')
  expect(build('get', { path: { a: '1', stranger: 'x' } }).url.pathname).toBe('/p/1/x.json')
})

test('query, headers and cookies are laid out as their parameters say, and undeclared ones as they are', () => {
  const request = build('get', {
    path,
    query: { q: 'a b&x=1#z', filter: { from: [1] }, ids: [1, 2], other: true, none: null },
    header: { 'x-list': ['a', 'b'], 'X-Other': 'é' },
    cookie: { session: 's 1', flags: ['a', 'b'] },
  })
  expect(request.url.search).toBe('?tenant=7&q=a%20b%26x%3D1%23z&filter=%7B%22from%22%3A%5B1%5D%7D&ids=1,2&other=true')
  expect(request.headers.get('x-list')).toBe('a,b')
  expect(Buffer.from(request.headers.get('x-other') ?? '', 'latin1').toString('utf8')).toBe('é')
  expect(request.headers.get('cookie')).toBe('session=s%201; flags=a,b')
  expect(request.headers.get('accept')).toBe('application/json, */*;q=0.1')
})

test.each([
  'Host',
  'content-length',
  'Transfer-Encoding',
  'Connection',
  'X-Orrery-Caller',
  'Proxy-Authorization',
  'a b',
])('a caller cannot set the header %s', (name) =>
  expect(() => build('plain', { header: { [name]: 'x' } })).toThrow(name),
)

test('a header cannot be ended by its value', () => {
  expect(() => build('plain', { header: { 'X-A': 'a\r\nHost: evil' } })).toThrow('line break')
})

test('an undeclared body goes as JSON unless it is empty, and GET has none', () => {
  expect(build('post', { path: { a: 1, b: 2 }, body: { x: 1 } })).toMatchObject({ body: '{"x":1}' })
  expect(build('post', { path: { a: 1, b: 2 }, body: {} }).body).toBeUndefined()
  expect(build('plain', { body: { x: 1 } }).body).toBeUndefined()
})

test('a document without an absolute server cannot be called', () => {
  for (const servers of [undefined, [], [{ url: '/v1' }], [{ url: 'ftp://x' }], [{ url: 'https://u:p@x' }]]) {
    const document = { ...DOCUMENT, servers }
    const operation = readOperationOf(document, 'plain', [])
    expect(() => operation && buildRequest(document, operation, NOTHING)).toThrow('no server')
  }
})
