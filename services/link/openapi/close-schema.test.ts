import { expect, test } from 'bun:test'
import { closeSchema } from './close-schema.ts'
import { inputSchemaOf } from './operation-schema.ts'
import { readOperationOf } from './read-operations.ts'

const request30 = { direction: 'request', isVersion30: true } as const
const response31 = { direction: 'response', isVersion30: false } as const

test('what a schema refers to comes with it, however circular, and names are kept apart', () => {
  const document = {
    components: {
      schemas: {
        Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' }, tag: { $ref: '#/x/Tag' } } },
        Tag: { type: 'integer' },
      },
    },
    x: { Tag: { type: 'string' } },
  }
  const schema = {
    type: 'array',
    items: { $ref: '#/components/schemas/Node' },
    contains: { $ref: '#/components/schemas/Tag' },
  }
  expect(closeSchema(document, schema, response31)).toEqual({
    type: 'array',
    items: { $ref: '#/$defs/Node' },
    contains: { $ref: '#/$defs/Tag_2' },
    $defs: {
      Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, tag: { $ref: '#/$defs/Tag' } } },
      Tag: { type: 'string' },
      Tag_2: { type: 'integer' },
    },
  })
})

test('the ways of 3.0 are said in JSON Schema', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string', nullable: true, enum: ['x'], example: 'x', xml: { name: 'a' }, 'x-from': 1 },
      b: { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      id: { type: 'string', readOnly: true },
      secret: { type: 'string', writeOnly: true },
    },
    required: ['id', 'a'],
  }
  expect(closeSchema({}, schema, request30)).toEqual({
    type: 'object',
    properties: {
      a: { type: ['string', 'null'], enum: ['x', null], examples: ['x'] },
      b: { type: 'number', exclusiveMinimum: 1, maximum: 9 },
      secret: { type: 'string', writeOnly: true },
    },
    required: ['a'],
  })
  expect(closeSchema({}, schema, response31).properties).not.toHaveProperty('secret')
})

test('references to nothing and out of the document fit anything rather than failing', () => {
  const schema = { properties: { a: { $ref: '#/no' }, b: { $ref: 'https://x.example/s.json' } } }
  expect(closeSchema({}, schema, response31).$defs).toEqual({ no: {}, 's.json': {} })
})

test('a property that is called like a keyword stays a property', () => {
  const schema = {
    type: 'object',
    properties: { example: { type: 'string' }, 'x-a': {}, nullable: { type: 'boolean' } },
  }
  expect(closeSchema({}, schema, request30)).toEqual(schema)
})

test('the arguments of an operation are one schema by place', () => {
  const document = {
    openapi: '3.0.3',
    paths: {
      '/pets/{id}': {
        put: {
          operationId: 'put',
          parameters: [
            { name: 'id', in: 'path', required: true, description: 'Which.', schema: { type: 'integer' } },
            { name: 'dry', in: 'query', schema: { type: 'boolean' } },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
        },
      },
    },
    components: { schemas: { Pet: { type: 'object', properties: { parent: { $ref: '#/components/schemas/Pet' } } } } },
  }
  const operation = readOperationOf(document, 'put', [])
  expect(operation && inputSchemaOf(document, operation)).toEqual({
    type: 'object',
    properties: {
      path: {
        type: 'object',
        properties: { id: { type: 'integer', description: 'Which.' } },
        required: ['id'],
        additionalProperties: false,
      },
      query: { type: 'object', properties: { dry: { type: 'boolean' } }, additionalProperties: false },
      body: { $ref: '#/$defs/Pet' },
    },
    required: ['path', 'body'],
    additionalProperties: false,
    $defs: { Pet: { type: 'object', properties: { parent: { $ref: '#/$defs/Pet' } } } },
  })
})
