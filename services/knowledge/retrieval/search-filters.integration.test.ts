import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { SearchResult } from './search-schemas.ts'

type Found = typeof SearchResult.static

test('a search finds only what its filter lets through, tells where it is from, and shows the chunks around it', async () => {
  await using knowledge = await temporaryKnowledge()
  const { app } = knowledge
  const baseId = await knowledge.createBase({ splitting: { lengthMin: 5, lengthMax: 40 } })
  const text = 'Comets have long tails. Planets wander slowly. Stars stand almost still.'
  const ids: string[] = []
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    const { body } = await knowledge.upload(baseId, `${text} Said by ${name[0]}.`, { name })
    await knowledge.settled(body.id)
    ids.push(body.id)
  }
  const call = async (route: Parameters<typeof callApp>[1], body: object) =>
    (await callApp(app, route, { headers: APP, body })).body as { id: string }
  const outer = (await call(`POST /api/bases/${baseId}/folders`, { name: 'Outer' })).id
  const inner = (await call(`POST /api/bases/${baseId}/folders`, { name: 'Inner', parentId: outer })).id
  await call(`PATCH /api/documents/${ids[0]}`, { tags: ['sky', 'old'], metadata: { year: 1999, topics: ['comets'] } })
  await call(`PATCH /api/documents/${ids[1]}`, { tags: ['sky'], metadata: { year: 2024 }, folderId: inner })

  const names = async (filter: object) => {
    const found = (await knowledge.search(baseId, 'planets', { filter, limit: 50 })) as unknown as Found
    return [...new Set(found.hits.map(({ citation }) => citation.documentName))].sort()
  }
  expect(await names({})).toEqual(['a.txt', 'b.txt', 'c.txt'])
  expect(await names({ tagsAny: ['old', 'none'] })).toEqual(['a.txt'])
  expect(await names({ tagsAll: ['sky', 'old'] })).toEqual(['a.txt'])
  expect(await names({ folderIds: [outer] })).toEqual(['b.txt'])
  expect(await names({ documentIds: [ids[2], ids[1]] })).toEqual(['b.txt', 'c.txt'])
  expect(await names({ metadata: { field: 'year', from: 2000 } })).toEqual(['b.txt'])
  expect(await names({ metadata: { not: { field: 'topics', contains: 'comets' } } })).toEqual(['b.txt', 'c.txt'])
  expect(await names({ tagsAny: ['sky'], metadata: { field: 'year', in: [1999, 2024] }, folderIds: [inner] })).toEqual([
    'b.txt',
  ])

  const search = { filter: { folderIds: [inner] }, limit: 1, neighbours: 1, highlights: true }
  const { hits } = (await knowledge.search(baseId, 'planet wandering', search)) as unknown as Found
  expect(hits[0]).toMatchObject({
    content: 'Planets wander slowly.',
    highlights: [
      [0, 7],
      [8, 14],
    ],
    neighbours: {
      before: [{ content: 'Comets have long tails.' }],
      after: [{ content: 'Stars stand almost still. Said by b.' }],
    },
    citation: {
      ...{ baseId, documentId: ids[1], position: 1, folder: { id: inner, name: 'Inner' } },
      ...{ tags: ['sky'], metadata: { year: 2024 }, url: null },
    },
  })

  // A disabled document is not found, whatever the filter says.
  await call(`PATCH /api/documents/${ids[1]}`, { enabled: false })
  expect(await names({ documentIds: [ids[1]] })).toEqual([])
}, 120_000)
