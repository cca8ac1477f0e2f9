/** Every operation that the system describes asks for credentials, but those on the public list. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { METHODS, type OpenApiDocument, type Operation } from '../openapi/open-api-document.ts'
import { publicOperations } from '../openapi/public-operations.ts'
import { fetchWholeDocument } from './described-routes.ts'

let orrery: RunningOrrery
let document: OpenApiDocument

beforeAll(async () => {
  orrery = await startOrrery()
  document = await fetchWholeDocument(orrery.url)
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined
      return operation
        ? [{ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation }]
        : []
    }),
  )

const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${orrery.url}${path.replaceAll(/\{[^}]+\}/g, '1')}`, { method, headers })
  await response.body?.cancel()
  return response.status
}

test('the document is whole: every service is in it', () => {
  expect(document['x-orrery-unavailable']).toEqual([])
  const services = new Set(operations().map(({ operation }) => operation.operationId?.split('_')[0]))
  expect([...services].sort()).toEqual(['agent', 'console', 'gateway', 'knowledge', 'link', 'tenant', 'workflow'])
  const ids = operations().map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every operation without credentials, or with wrong ones, is refused with 401', async () => {
  const closed = operations().filter(({ name }) => !publicOperations.has(name))
  expect(closed.length).toBeGreaterThan(30)
  const answers: Record<string, number[]> = {}
  for (const { name, method, path } of closed) {
    answers[name] = [
      await call(method, path),
      await call(method, path, { authorization: 'Bearer not-the-root-key' }),
      await call(method, path, { authorization: 'Bearer key:secret' }),
      await call(method, path, { 'x-orrery-caller': 'root', 'x-consumer-username': 'starter' }),
    ]
  }
  const expected = Object.fromEntries(closed.map(({ name }) => [name, [401, 401, 401, 401]]))
  expect(answers).toEqual(expected)
})

test('every public operation answers without credentials, and says in the document that it is public', async () => {
  for (const name of publicOperations) {
    const operation = operations().find((candidate) => candidate.name === name)
    expect({ name, security: operation?.operation.security }).toEqual({ name, security: [] })
    const [method = '', path = ''] = name.split(' ')
    // A guessed secret is an address at which nothing is, and where one signs in, a request without anything in it is not understood.
    const status = path.includes('{') ? 404 : method === 'POST' ? 422 : 200
    expect({ name, status: await call(method, path) }).toEqual({ name, status })
  }
})
