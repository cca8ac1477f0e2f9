import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { createQueryRepository } from './query-repository.ts'
import type { Query } from './query-schemas.ts'
import { QUERIES_KEPT_MS } from './sweep-queries.ts'

type Listed = { queries: (typeof Query.static)[]; nextBeforeId: string | null }

test('questions of searches, hit tests and the wire are kept where a base keeps them, listed by what they found, and deleted', async () => {
  await using knowledge = await temporaryKnowledge()
  const { app, dependencies } = knowledge
  const baseId = await knowledge.createBase()
  const forgetful = await knowledge.createBase({ keepsQueries: false })
  const document = await knowledge.settled(
    (await knowledge.upload(baseId, 'Comets have tails.', { name: 'a.txt' })).body.id,
  )
  const list = async (query = '', headers: Record<string, string> = APP) => {
    await dependencies.history.flush()
    return (await callApp(app, `GET /api/bases/${baseId}/queries${query}`, { headers })).body as unknown as Listed
  }
  await knowledge.search(baseId, 'comets', { scoreMin: 0.1 })
  await knowledge.search(baseId, 'zodiac')
  await knowledge.search(forgetful, 'secrets')
  const both = { baseIds: [baseId, forgetful], query: 'tails of comets' }
  await callApp(app, 'POST /api/search', { headers: APP, body: both })
  const tested = await callApp(app, `POST /api/bases/${baseId}/hit-test`, {
    headers: APP,
    body: { query: 'comet', configurations: { plain: {}, strict: { scoreMin: 1 } } },
  })
  const { results } = tested.body as { results: { name: string; count: number; hits: { highlights: unknown[] }[] }[] }
  expect(results.map(({ name, count }) => [name, count])).toEqual([
    ['plain', 1],
    ['strict', 0],
  ])
  expect(results[0]?.hits[0]?.highlights).toEqual([[0, 6]])

  const { queries } = await list()
  expect(queries.map(({ question, source, hits }) => [question, source, hits.length])).toEqual([
    ['comet', 'hit-test', 0],
    ['comet', 'hit-test', 1],
    ['tails of comets', 'api', 1],
    ['zodiac', 'api', 0],
    ['comets', 'api', 1],
  ])
  expect(queries[4]?.hits[0]).toMatchObject({ documentId: document.id, chunkId: '0' })
  expect(queries[4]?.settings).toMatchObject({ limit: 5, scoreMin: 0.1 })
  expect(queries[2]?.baseIds).toEqual([baseId])

  expect((await list('?withoutHits=true&source=api')).queries.map(({ question }) => question)).toEqual(['zodiac'])
  const first = await list('?limit=2')
  const second = await list(`?limit=10&beforeId=${first.nextBeforeId}`)
  expect([first.queries.length, second.queries.length, second.nextBeforeId]).toEqual([2, 3, null])

  const rival = { ...APP, 'x-consumer-username': 'rival' }
  expect((await callApp(app, `GET /api/bases/${baseId}/queries`, { headers: rival })).status).toBe(404)
  const [one] = queries
  const path = `DELETE /api/bases/${baseId}/queries/${one?.id}` as const
  expect((await callApp(app, path, { headers: APP })).status).toBe(204)
  expect((await callApp(app, path, { headers: APP })).status).toBe(404)
  expect((await callApp(app, `DELETE /api/bases/${baseId}/queries`, { headers: APP })).body).toEqual({ deleted: 4 })
  expect((await list()).queries).toEqual([])

  // What is too old goes, and what nobody can list any more.
  const repository = createQueryRepository(dependencies.database)
  await knowledge.search(baseId, 'kept')
  const other = await knowledge.createBase()
  await knowledge.search(other, 'orphaned')
  await dependencies.history.flush()
  await callApp(app, `DELETE /api/bases/${other}`, { headers: APP })
  expect(await repository.sweep({ olderThanMs: QUERIES_KEPT_MS, limit: 10 })).toBe(1)
  expect((await list()).queries.map(({ question }) => question)).toEqual(['kept'])
  expect(await repository.sweep({ olderThanMs: 0, limit: 10 })).toBe(1)
}, 120_000)
