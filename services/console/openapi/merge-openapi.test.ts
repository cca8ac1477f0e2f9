import { expect, test } from 'bun:test'
import { mergeOpenApi } from './merge-openapi.ts'
import type { OpenApiDocument } from './open-api-document.ts'

const facts = { version: '9', unavailable: [] }
const documentOf = (paths: OpenApiDocument['paths'], rest: Partial<OpenApiDocument> = {}): OpenApiDocument => ({
  openapi: '3.0.3',
  info: { title: 'Part', version: '1' },
  paths,
  ...rest,
})
const operation = (document: OpenApiDocument, path: string, method = 'get') =>
  document.paths[path]?.[method] as Record<string, unknown>

test('equal names of two services stay apart, and references follow their component', () => {
  const part = documentOf(
    {
      '/x': {
        get: {
          operationId: 'list',
          tags: ['things'],
          responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
        },
      },
    },
    { components: { schemas: { Thing: { properties: { next: { $ref: '#/components/schemas/Thing' } } } } } },
  )
  const other = documentOf({ '/y': part.paths['/x'] ?? {} }, { components: { schemas: { Thing: { type: 'string' } } } })
  const merged = mergeOpenApi(
    [
      { service: 'a', document: part },
      { service: 'b', document: other },
    ],
    facts,
  )

  expect(operation(merged, '/x')).toMatchObject({
    operationId: 'a_list',
    tags: ['a: things'],
    responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/a_Thing' } } } } },
  })
  expect(operation(merged, '/y').operationId).toBe('b_list')
  expect(merged.components?.schemas).toEqual({
    a_Thing: { properties: { next: { $ref: '#/components/schemas/a_Thing' } } },
    b_Thing: { type: 'string' },
  })
  expect(merged.tags).toEqual([{ name: 'a: things' }, { name: 'b: things' }])
})

test('every operation needs credentials and says so, but the public ones', () => {
  const document = documentOf({
    '/health': { get: { responses: { 200: {} } } },
    '/api/things': { get: { responses: { 200: {} } }, post: {} },
  })
  const merged = mergeOpenApi([{ service: 'a', document }], facts)
  expect(merged.security).toEqual([{ bearer: [] }])
  expect(merged.components?.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer' } })
  expect(operation(merged, '/health')).toMatchObject({ security: [], responses: { 200: {} } })
  expect(operation(merged, '/health').responses).not.toHaveProperty('401')
  for (const method of ['get', 'post']) {
    expect(operation(merged, '/api/things', method)).not.toHaveProperty('security')
    expect(operation(merged, '/api/things', method).responses).toHaveProperty('401')
  }
})

test('methods of one path come together, the first description of an operation stays, internal paths are left out', () => {
  const merged = mergeOpenApi(
    [
      {
        service: 'a',
        document: documentOf({ '/x': { get: { summary: 'first' } }, '/internal/a/openapi': { get: {} } }),
      },
      { service: 'b', document: documentOf({ '/x': { get: { summary: 'second' }, post: { summary: 'other' } } }) },
    ],
    facts,
  )
  expect(Object.keys(merged.paths)).toEqual(['/x'])
  expect(operation(merged, '/x').summary).toBe('first')
  expect(operation(merged, '/x', 'post').operationId).toBe('b_POST_x')
})

test('what is missing is named, and the parts that were given are not changed', () => {
  const document = documentOf({ '/x': { get: { operationId: 'one' } } })
  const before = structuredClone(document)
  const unavailable = [{ service: 'agent', reason: 'cannot be reached' }]
  const merged = mergeOpenApi([{ service: 'a', document }], { version: '9', unavailable })
  expect(merged['x-orrery-unavailable']).toEqual(unavailable)
  expect(merged.info.version).toBe('9')
  expect(document).toEqual(before)
})
