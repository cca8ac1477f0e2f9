import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Document } from './document-schemas.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const change = async (knowledge: Knowledge, documentId: string, body: object) => {
  const answer = await callApp(knowledge.app, `PATCH /api/documents/${documentId}`, { headers: APP, body })
  return { status: answer.status, body: answer.body as Document & { code?: string } }
}

/** Uploads by the form with further fields, and waits until it is ready. */
const upload = async (
  knowledge: Knowledge,
  baseId: string,
  { text, name, ...fields }: { text: string; name: string } & Record<string, string>,
) => {
  const form = new FormData()
  form.set('file', new File([text], name))
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  const url = `http://app.test/api/bases/${baseId}/documents?waitMs=30000`
  const answer = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
  return { status: answer.status, body: (await answer.json()) as Document & { code?: string } }
}

const createFolder = async (knowledge: Knowledge, baseId: string, body: object) =>
  ((await callApp(knowledge.app, `POST /api/bases/${baseId}/folders`, { headers: APP, body })).body as { id: string })
    .id

test('an upload names its folder, tags and metadata, and each of them may be changed', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const folderId = await createFolder(knowledge, baseId, { name: 'Sky' })
  const { body } = await upload(knowledge, baseId, {
    ...{ text: 'Comets have tails.', name: 'a.txt', folderId, tags: 'sky, ice' },
    metadata: '{"year": 2024, "checked": true, "topics": ["tails"]}',
  })
  const known = { folderId, tags: ['sky', 'ice'], metadata: { year: 2024, checked: true, topics: ['tails'] } }
  expect(body).toMatchObject({ state: 'ready', ...known })
  const changed = await change(knowledge, body.id, { name: 'Comets', folderId: null, metadata: { year: 2025 } })
  expect(changed).toMatchObject({
    status: 200,
    body: { name: 'Comets', folderId: null, tags: ['sky', 'ice'], metadata: { year: 2025 }, state: 'ready' },
  })
  expect(changed.body.metadata).toEqual({ year: 2025 })
  expect((await knowledge.search(baseId, 'comets')).hits[0]?.citation).toMatchObject({ documentName: 'Comets' })
})

test('a folder of another base, metadata that cannot be kept and an empty change are refused, and change nothing', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const elsewhere = await createFolder(knowledge, await knowledge.createBase(), { name: 'Sky' })
  const { body } = await upload(knowledge, baseId, { text: 'Comets have tails.', name: 'a.txt' })
  expect(await change(knowledge, body.id, { folderId: elsewhere, tags: ['x'] })).toMatchObject({
    status: 404,
    body: { code: 'KNOWLEDGE_FOLDER_NOT_FOUND' },
  })
  expect(await change(knowledge, body.id, { enabled: false, folderId: elsewhere })).toMatchObject({ status: 404 })
  expect((await change(knowledge, body.id, { metadata: { a: { b: 1 } } })).status).toBe(422)
  expect((await change(knowledge, body.id, { tags: [' '] })).body.code).toBe('KNOWLEDGE_DOCUMENT_FACTS_INVALID')
  expect((await change(knowledge, body.id, {})).status).toBe(422)
  const refused = await upload(knowledge, baseId, { text: 'Stars.', name: 'b.txt', folderId: elsewhere })
  expect(refused).toMatchObject({ status: 404, body: { code: 'KNOWLEDGE_FOLDER_NOT_FOUND' } })
  const wrong = await upload(knowledge, baseId, { text: 'Stars.', name: 'b.txt', metadata: '{"a":' })
  expect(wrong).toMatchObject({ status: 422, body: { code: 'KNOWLEDGE_DOCUMENT_FACTS_INVALID' } })
  const { body: now } = await callApp(knowledge.app, `GET /api/documents/${body.id}`, { headers: APP })
  expect(now).toMatchObject({ folderId: null, tags: [], metadata: {}, enabled: true })
})

test('no search finds a disabled document, not even after its index was rebuilt, until it is enabled again', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body: hidden } = await upload(knowledge, baseId, { text: 'Comets have tails.', name: 'a.txt' })
  const { body: shown } = await upload(knowledge, baseId, { text: 'Comets are made of ice.', name: 'b.txt' })
  const found = async () => (await knowledge.search(baseId, 'comets')).hits.map((hit) => hit.citation.documentId).sort()
  const both = [hidden.id, shown.id].sort()
  expect(await found()).toEqual(both)
  expect(await change(knowledge, hidden.id, { enabled: false, tags: ['old'] })).toMatchObject({
    status: 200,
    body: { enabled: false, tags: ['old'], chunkCount: 1, state: 'ready' },
  })
  expect(await found()).toEqual([shown.id])
  await knowledge.dependencies.index.rebuild(baseId)
  expect(await found()).toEqual([shown.id])
  await knowledge.dependencies.index.maintain(AbortSignal.timeout(30_000))
  expect(await found()).toEqual([shown.id])
  expect((await change(knowledge, hidden.id, { enabled: true })).body).toMatchObject({ enabled: true, tags: ['old'] })
  expect(await found()).toEqual(both)
  await knowledge.dependencies.index.rebuild(baseId)
  expect(await found()).toEqual(both)
})

test('a disabled document stays hidden when new content is read into it', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body } = await upload(knowledge, baseId, { text: 'Comets have tails.', name: 'a.txt' })
  await change(knowledge, body.id, { enabled: false })
  const { body: next } = await upload(knowledge, baseId, {
    ...{ text: 'Comets are made of ice.', name: 'a.txt', onSameName: 'version' },
  })
  expect(next).toMatchObject({ id: body.id, state: 'ready', version: 2, enabled: false })
  expect((await knowledge.search(baseId, 'comets')).count).toBe(0)
  await change(knowledge, body.id, { enabled: true })
  expect((await knowledge.search(baseId, 'comets')).hits.map((hit) => hit.content)).toEqual(['Comets are made of ice.'])
})

test('lists of documents are narrowed down by each of their facts, page by page', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const sky = await createFolder(knowledge, baseId, { name: 'Sky' })
  const near = await createFolder(knowledge, baseId, { name: 'Near', parentId: sky })
  const put = (name: string, more: Record<string, string> = {}) =>
    upload(knowledge, baseId, { text: `About ${name}.`, name, ...more })
  await put('moon_1.txt', { folderId: near, tags: 'rock', metadata: '{"year": 1969, "visited": true}' })
  await put('moonX1.txt', { folderId: sky, metadata: '{"year": "1969"}' })
  const { body: sea } = await put('Sea.txt', { tags: 'water,rock' })
  const broken = await put('broken.pdf', { tags: 'water' })
  expect(broken.body.state).toBe('ready')
  await change(knowledge, sea.id, { enabled: false })

  const names = async (query: Record<string, string>) => {
    const path = `GET /api/bases/${baseId}/documents?${new URLSearchParams(query)}` as const
    const { status, body } = await callApp(knowledge.app, path, { headers: APP })
    expect(status).toBe(200)
    return (body as { documents: Document[] }).documents.map(({ name }) => name).reverse()
  }
  expect(await names({})).toEqual(['moon_1.txt', 'moonX1.txt', 'Sea.txt', 'broken.pdf'])
  expect(await names({ folderId: sky })).toEqual(['moon_1.txt', 'moonX1.txt'])
  expect(await names({ folderId: near })).toEqual(['moon_1.txt'])
  expect(await names({ tag: 'rock' })).toEqual(['moon_1.txt', 'Sea.txt'])
  expect(await names({ name: 'SEA' })).toEqual(['Sea.txt'])
  expect(await names({ name: 'moon_1' })).toEqual(['moon_1.txt'])
  expect(await names({ enabled: 'false' })).toEqual(['Sea.txt'])
  expect(await names({ enabled: 'true', tag: 'water' })).toEqual(['broken.pdf'])
  expect(await names({ state: 'failed' })).toEqual([])
  expect(await names({ state: 'ready', tag: 'water' })).toEqual(['Sea.txt', 'broken.pdf'])
  expect(await names({ metadata: '{"year": 1969}' })).toEqual(['moon_1.txt'])
  expect(await names({ metadata: '{"year": "1969"}' })).toEqual(['moonX1.txt'])
  expect(await names({ metadata: '{"year": 1969, "visited": false}' })).toEqual([])
  expect(await names({ metadata: '{}', limit: '2' })).toEqual(['Sea.txt', 'broken.pdf'])
  expect(await names({ limit: '2', beforeId: sea.id })).toEqual(['moon_1.txt', 'moonX1.txt'])
  const path = `GET /api/bases/${baseId}/documents?metadata=nothing` as const
  expect((await callApp(knowledge.app, path, { headers: APP })).status).toBe(422)
})
