import { expect, test } from 'bun:test'
import { findOperation } from './find-operation.ts'
import { findBusinessValues, placeValues } from './place-values.ts'

const document = {
  paths: {
    '/orders/{id}': {
      parameters: [
        { name: 'id', in: 'path', schema: { type: 'string' } },
        { name: 'lang', in: 'query', schema: { default: 'en' } },
      ],
      get: { operationId: 'look' },
      put: {
        operationId: 'change',
        parameters: [
          { name: 'lang', in: 'query', schema: { default: 'de' } },
          { $ref: '#/components/parameters/tenant' },
        ],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
      },
    },
  },
  components: {
    parameters: { tenant: { name: 'X-Tenant', in: 'header', schema: { 'x-from': 1, default: 'none' } } },
    schemas: {
      Order: {
        type: 'object',
        properties: {
          amount: { type: 'integer' },
          note: { type: 'string', default: 'no note' },
          buyer: { type: 'object', properties: { name: { type: 'string' }, token: { 'x-from': 1 } } },
          tags: { type: 'array' },
          parent: { $ref: '#/components/schemas/Order' },
        },
      },
    },
  },
}

const place = (operationId: string, action: Record<string, unknown>, businessNames: string[] = []) => {
  const operation = findOperation(document, operationId)
  if (!operation) throw new Error('no such operation')
  return placeValues(document, operation, { action, business: findBusinessValues(businessNames, action) })
}

test('values go where the operation wants them, defaults where there are none', () => {
  expect(place('change', { id: '7', amount: 3, buyer: { name: 'Ann' }, extra: 1 })).toEqual({
    path: { id: '7' },
    query: { lang: 'de' },
    header: { 'X-Tenant': 'none' },
    body: { amount: 3, note: 'no note', buyer: { name: 'Ann' }, parent: { note: 'no note' } },
  })
})

test('parameters of the path belong to each of its operations', () => {
  expect(place('look', { id: '7' })).toEqual({ path: { id: '7' }, query: { lang: 'en' }, header: {}, body: {} })
})

test('values that are passed through are found in the depth of the inputs, and nothing else is', () => {
  const inputs = { buyer: { name: 'Ann', token: 'mine' }, context: [{ 'X-Tenant': 't1', token: 'secret' }] }
  const passed = place('change', inputs, ['X-Tenant', 'token'])
  expect(passed.header).toEqual({ 'X-Tenant': 't1' })
  expect(passed.body.buyer).toEqual({ name: 'Ann', token: 'mine' })
  expect(place('change', inputs).header).toEqual({ 'X-Tenant': 'none' })
  expect(place('change', inputs).body.buyer).toEqual({ name: 'Ann' })
})

test('null is no value', () => {
  expect(place('change', { id: null, note: null }).path).toEqual({})
  expect(place('change', { id: null, note: null }).body).toMatchObject({ note: 'no note' })
})

test('a document of any shape has no operation rather than a fault', () => {
  for (const odd of [{}, { paths: [] }, { paths: { '/x': null } }, { paths: { '/x': { get: 'no' } } }]) {
    expect(findOperation(odd, 'look')).toBeUndefined()
  }
})
