import { expect, test } from 'bun:test'
import { Elysia, t } from 'elysia'
import { describeApp } from './describe-app.ts'

test('every route is described with its schemas, in JSON alone, except the hidden ones', async () => {
  const app = new Elysia({ prefix: '/things' })
    .post('/:id', ({ body }) => body.name, {
      body: t.Object({ name: t.String() }),
      detail: { tags: ['things'], summary: 'Name a thing' },
    })
    .get('/secret', () => 'x', { detail: { hide: true } })

  const document = await describeApp(app, { title: 'Things', description: 'All of them.' })

  expect(document).toMatchObject({
    openapi: '3.0.3',
    info: { title: 'Things' },
    paths: {
      '/things/{id}': {
        post: {
          summary: 'Name a thing',
          parameters: [{ in: 'path', name: 'id', required: true }],
          requestBody: { content: { 'application/json': { schema: { properties: { name: { type: 'string' } } } } } },
        },
      },
    },
  })
  expect(JSON.stringify(document)).not.toContain('multipart/form-data')
  expect(JSON.stringify(document)).not.toContain('secret')
})
