import { expect, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import { describeApp } from '#shared/http/describe-app.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { Base, CreateBase } from './bases/base-schemas.ts'
import type { ChunkPage } from './chunks/chunk-schemas.ts'
import { Document } from './documents/document-schemas.ts'
import { SearchBody } from './retrieval/search-request-schemas.ts'
import { SearchResult } from './retrieval/search-schemas.ts'
import { APP, temporaryKnowledge } from './test/temporary-knowledge.ts'
import { WIRE_BODIES } from './wire/wire-schemas.ts'

interface OpenApi {
  paths: Record<string, Record<string, { summary?: string; responses?: object; requestBody?: object }>>
}

test('every route is described with a summary and its answers', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const document = (await describeApp(knowledge.app, { title: 'Knowledge', description: '' })) as OpenApi
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
  )
  expect(operations.length).toBeGreaterThanOrEqual(7 + 5 + 5 + 3)
  for (const { route, operation } of operations) {
    expect([route, operation.summary !== undefined, Object.keys(operation.responses ?? {}).length > 0]).toEqual([
      route,
      true,
      true,
    ])
  }
  expect(JSON.stringify(document.paths['/api/bases/{baseId}/documents']?.post?.requestBody)).toContain(
    'multipart/form-data',
  )
})

test('the examples in the schemas are valid', () => {
  for (const schema of [CreateBase, SearchBody, ...Object.values(WIRE_BODIES)]) {
    for (const example of schema.examples) expect([...Value.Errors(schema, example)]).toEqual([])
  }
  for (const schema of [Base, Document, SearchResult]) expect(schema.examples.length).toBeGreaterThan(0)
})

test.each([
  ['POST /api/bases', {}, 422],
  ['POST /api/bases', { name: '   ' }, 422],
  ['POST /api/bases', { name: 'x', splitting: { lengthMax: 0 } }, 422],
  ['GET /api/bases?limit=0', undefined, 422],
  ['GET /api/bases/none', undefined, 404],
  ['PATCH /api/bases/none', { name: 'x' }, 404],
  ['DELETE /api/bases/none', undefined, 404],
  ['POST /api/bases/none/search', { query: 'x' }, 404],
  ['GET /api/bases/none/documents', undefined, 404],
  ['GET /api/documents/none', undefined, 404],
  ['GET /api/nothing', undefined, 404],
] as const)('%s with %j answers a problem of %i', async (route, body, status) => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const response = await callApp(knowledge.app, route, { headers: APP, body })
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toStartWith('application/problem+json')
  expect(response.body).toMatchObject({ code: expect.any(String), remedy: expect.any(String), status })
})

test('a base’s splitting settings decide how its documents are cut', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase({ splitting: { lengthMin: 5, lengthMax: 40 } })
  const text = 'Comets have long tails. Planets wander slowly. Stars stand almost still.'
  const { body } = await knowledge.upload(baseId, text, { name: 'a.txt' })
  await knowledge.settled(body.id)
  const path = `GET /api/documents/${body.id}/chunks` as const
  const { chunks, nextAfter } = (await callApp(knowledge.app, path, { headers: APP })).body as typeof ChunkPage.static
  expect(nextAfter).toBeNull()
  expect(chunks.map((chunk) => chunk.content)).toEqual([
    'Comets have long tails.',
    'Planets wander slowly.',
    'Stars stand almost still.',
  ])
  const page = (await callApp(knowledge.app, `${path}?limit=1&after=${chunks[0]?.id}`, { headers: APP })).body
  expect(page).toEqual({ chunks: [chunks[1] as object], nextAfter: '1' })
})

test('ingestions and queries are counted', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, 'Comets have tails.', { name: 'a.txt' })
  await knowledge.settled(body.id)
  await knowledge.search(baseId, 'comets')
  const families = knowledge.dependencies.metrics.snapshot().families.map((family) => family.name)
  expect(families).toContain('orrery_knowledge_ingestions_total')
  expect(families).toContain('orrery_knowledge_query_seconds')
})
