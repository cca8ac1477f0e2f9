import { expect, test } from 'bun:test'
import { readOperations } from './read-operations.ts'

test('parameters, bodies, answers, path items and examples are found where references lead', () => {
  const document = {
    openapi: '3.1.0',
    paths: {
      '/a/{id}': { $ref: '#/components/pathItems/A', summary: 'beside' },
      '/b': { get: { operationId: 'b', security: [], responses: { 200: { $ref: '#/components/responses/Ok' } } } },
    },
    security: [{ key: [] }, { oauth: ['read'] }],
    components: {
      pathItems: {
        A: {
          summary: 'there',
          parameters: [{ $ref: '#/components/parameters/Id' }, { name: 'q', in: 'query', style: 'pipeDelimited' }],
          post: {
            operationId: 'a',
            parameters: [{ name: 'q', in: 'query', schema: { type: 'integer' } }],
            requestBody: { $ref: '#/components/requestBodies/Body' },
          },
        },
      },
      parameters: { Id: { $ref: '#/components/parameters/Real' }, Real: { name: 'id', in: 'path', schema: {} } },
      requestBodies: { Body: { required: true, content: { 'text/plain': {} } } },
      responses: { Ok: { description: 'ok', content: { 'application/json': { schema: { type: 'string' } } } } },
    },
  }
  const { operations, problems } = readOperations(document)
  expect(problems).toEqual([])
  expect(operations[0]).toMatchObject({
    operationId: 'a',
    method: 'POST',
    summary: 'beside',
    parameters: [
      { name: 'id', place: 'path', required: true, style: 'simple', explode: false },
      { name: 'q', place: 'query', style: 'form', explode: true },
    ],
    body: { required: true, contents: [{ mediaType: 'text/plain' }] },
    security: [{ key: [] }, { oauth: ['read'] }],
  })
  expect(operations[1]).toMatchObject({
    security: [],
    answers: [{ status: '200', contents: [{ schema: { type: 'string' } }] }],
  })
})

test.each([
  ['a reference out of the document', { $ref: 'other.yaml#/x' }, 'leads out of the document'],
  ['a reference to nothing', { $ref: '#/components/parameters/no' }, 'nothing is there'],
  ['references in a circle', { $ref: '#/components/parameters/Round' }, 'circle'],
  ['a parameter without a place', { name: 'x' }, 'needs a name'],
  ['a style of another place', { name: 'x', in: 'query', style: 'matrix' }, 'style'],
])('%s is a problem of that operation alone', (_, parameter, reason) => {
  const document = {
    paths: {
      '/bad': { get: { operationId: 'bad', parameters: [parameter] } },
      '/good': { get: { operationId: 'good' } },
    },
    components: { parameters: { Round: { $ref: '#/components/parameters/Round' } } },
  }
  const { operations, problems } = readOperations(document)
  expect(operations.map(({ operationId }) => operationId)).toEqual(['good'])
  expect(problems).toEqual([
    { operationId: 'bad', method: 'GET', path: '/bad', reason: expect.stringContaining(reason) },
  ])
})

test('documents of any shape have no operations rather than a fault', () => {
  for (const odd of [{}, { paths: [] }, { paths: { '/x': null } }, { paths: { '/x': { get: 'no', $ref: '#/no' } } }]) {
    expect(readOperations(odd)).toEqual({ operations: [], problems: [] })
  }
})
