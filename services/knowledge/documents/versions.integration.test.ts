import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { sweepObjects } from '#shared/objects/sweep-objects.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { startIngestionClaimer } from '../ingestion/ingestion-claimer.ts'
import { queueStranded } from '../ingestion/queue-stranded.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Document } from './document-schemas.ts'
import { replaceContent } from './replace-content.ts'
import { storeFile } from './store-file.ts'
import { VERSIONS_KEPT_MAX } from './version-repository.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const OLD = 'Comets have tails of dust.'
const NEW = 'Glaciers melt slowly northward.'
const BROKEN = '%PDF-1.4\nthis is not a PDF'

const put = async (knowledge: Knowledge, documentId: string, content: string) => {
  const name = content === BROKEN ? 'broken.pdf' : 'new.txt'
  const form = new FormData()
  form.set('file', new File([content], name))
  const url = `http://app.test/api/documents/${documentId}/file`
  const answer = await knowledge.app.handle(new Request(url, { method: 'PUT', body: form, headers: APP }))
  return { status: answer.status, body: (await answer.json()) as Document & { code?: string } }
}

const send = async (knowledge: Knowledge, route: Parameters<typeof callApp>[1]) => {
  const { status, body } = await callApp(knowledge.app, route, { headers: APP })
  return { status, body: body as Document & { versions: { version: number; isCurrent: boolean }[]; code?: string } }
}

/** A base with a document that was read; nothing is read after that but by `ingest`. */
const setUp = async () => {
  const knowledge = await temporaryKnowledge({ claim: false })
  const journal = await knowledge.dependencies.journal()
  const ingest = async (documentId: string): Promise<Document> => {
    const { signal } = new AbortController()
    const claimer = startIngestionClaimer({
      ...knowledge.dependencies,
      journal,
      logger: silentLogger,
      draining: signal,
    })
    try {
      return await knowledge.settled(documentId)
    } finally {
      await claimer.stop()
    }
  }
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, OLD, { name: 'comets.txt' })
  await ingest(body.id)
  const found = async (query: string) => (await knowledge.search(baseId, query)).hits.map((hit) => hit.content)
  return {
    knowledge,
    baseId,
    documentId: body.id,
    ingest,
    found,
    [Symbol.asyncDispose]: knowledge[Symbol.asyncDispose],
  }
}

test('new content is found once it was read, and the old content until then', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  const replaced = await put(knowledge, documentId, NEW)
  expect(replaced).toMatchObject({ status: 202, body: { state: 'queued', version: 1, pendingVersion: 2 } })
  expect(await place.found('dust')).toEqual([OLD])
  expect(await place.found('glaciers northward')).toEqual([])

  expect(await place.ingest(documentId)).toMatchObject({ state: 'ready', version: 2, pendingVersion: null })
  expect(await place.found('glaciers northward')).toEqual([NEW])
  expect(await place.found('dust')).toEqual([])
  expect((await send(knowledge, `GET /api/documents/${documentId}/versions`)).body.versions).toMatchObject([
    { version: 2, isCurrent: true, isPending: false, chunkCount: 1, name: 'new.txt' },
    { version: 1, isCurrent: false, isPending: false, chunkCount: 1, name: 'comets.txt' },
  ])
})

test('the same content again changes nothing', async () => {
  await using place = await setUp()
  const again = await put(place.knowledge, place.documentId, OLD)
  expect(again).toMatchObject({ status: 200, body: { state: 'ready', version: 1, pendingVersion: null } })
  const { body } = await send(place.knowledge, `GET /api/documents/${place.documentId}/versions`)
  expect(body.versions).toHaveLength(1)
})

test('a version that cannot be read leaves the old one found, says why, and may be called off', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  await put(knowledge, documentId, BROKEN)
  expect(await place.ingest(documentId)).toMatchObject({
    state: 'failed',
    version: 1,
    pendingVersion: 2,
    chunkCount: 1,
    mediaType: 'text/plain',
    failure: { code: 'DOCUMENT_PDF_BROKEN' },
  })
  expect(await place.found('dust')).toEqual([OLD])
  // The same file again is another try.
  expect(await put(knowledge, documentId, BROKEN)).toMatchObject({
    status: 202,
    body: { state: 'queued', pendingVersion: 2 },
  })
  const restored = await send(knowledge, `POST /api/documents/${documentId}/versions/1/restore`)
  expect(restored).toMatchObject({ status: 200, body: { state: 'ready', version: 1, pendingVersion: null } })
  // The run that was queued for it finds nothing to do.
  await put(knowledge, documentId, NEW)
  expect(await place.ingest(documentId)).toMatchObject({
    state: 'ready',
    version: 3,
    pendingVersion: null,
    failure: null,
  })
  expect(await place.found('glaciers northward')).toEqual([NEW])
})

test('an earlier version is restored as a new one, and its file is there all the time', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  await put(knowledge, documentId, NEW)
  await place.ingest(documentId)
  const { documents, files } = knowledge.dependencies
  await sweepObjects(files, { ageMsMin: 0, unreferenced: documents.unnamedObjects })
  const file = async (query = '') => {
    const request = new Request(`http://app.test/api/documents/${documentId}/file${query}`, { headers: APP })
    const answer = await knowledge.app.handle(request)
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
    return answer.text()
  }
  expect([await file(), await file('?version=1'), await file('?version=2')]).toEqual([NEW, OLD, NEW])

  const restored = await send(knowledge, `POST /api/documents/${documentId}/versions/1/restore`)
  expect(restored).toMatchObject({ status: 202, body: { version: 2, pendingVersion: 3 } })
  expect(await place.found('glaciers northward')).toEqual([NEW])
  expect(await place.ingest(documentId)).toMatchObject({ state: 'ready', version: 3 })
  expect(await place.found('dust')).toEqual([OLD])
  expect(await place.found('glaciers northward')).toEqual([])
  expect(await send(knowledge, `POST /api/documents/${documentId}/versions/9/restore`)).toMatchObject({
    status: 404,
    body: { code: 'KNOWLEDGE_VERSION_NOT_FOUND' },
  })
})

test('only so many versions are kept, the one that is found always, and files of others are swept', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  for (let number = 0; number <= VERSIONS_KEPT_MAX; number++)
    await put(knowledge, documentId, `${NEW} Edition ${number}.`)
  const { versions } = (await send(knowledge, `GET /api/documents/${documentId}/versions`)).body
  expect(versions.map(({ version }) => version)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1])
  const { documents, files } = knowledge.dependencies
  expect(await sweepObjects(files, { ageMsMin: 0, unreferenced: documents.unnamedObjects })).toBe(1)
  expect(await place.ingest(documentId)).toMatchObject({ state: 'ready', version: 12 })
  expect(await place.found('glaciers northward')).toEqual([`${NEW} Edition ${VERSIONS_KEPT_MAX}.`])
})

test('of two new versions in a row the later one stays, whichever is read first', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  const { documents } = knowledge.dependencies
  const first = await put(knowledge, documentId, NEW)
  const reading = { documentId, runId: first.body.runId ?? '' }
  expect(await documents.move(reading, 'reading')).toMatchObject({ pendingVersion: 2 })
  await put(knowledge, documentId, 'Stars stand almost still.')
  // The run of the version that was overtaken gets no further.
  expect(await documents.move(reading, 'splitting')).toBeUndefined()
  expect(await documents.move(reading, 'failed')).toBeUndefined()
  expect(await place.ingest(documentId)).toMatchObject({ state: 'ready', version: 3, pendingVersion: null })
  expect(await place.found('stars glaciers dust')).toEqual(['Stars stand almost still.'])
})

test('a process that dies right after a new version was stored loses neither the old nor the new one', async () => {
  await using place = await setUp()
  const { knowledge, documentId } = place
  const { documents } = knowledge.dependencies
  // As the transaction leaves it, before its run is queued.
  const content = await storeFile(knowledge.dependencies, { name: 'new.txt', bytes: new TextEncoder().encode(NEW) })
  await knowledge.dependencies.database.transaction((transaction) => replaceContent(transaction, documentId, content))
  expect(await documents.find('acme', documentId)).toMatchObject({ state: 'queued', runId: null, version: 1 })
  expect(await place.found('dust')).toEqual([OLD])
  expect(await queueStranded(knowledge.dependencies, 0)).toBe(1)
  expect(await place.ingest(documentId)).toMatchObject({ state: 'ready', version: 2 })
  expect(await place.found('glaciers northward')).toEqual([NEW])
})

test('content of another document of the base is refused, and told whose it is', async () => {
  await using place = await setUp()
  const other = await place.knowledge.upload(place.baseId, NEW, { name: 'planets.txt' })
  expect(await put(place.knowledge, place.documentId, NEW)).toMatchObject({
    status: 409,
    body: { code: 'KNOWLEDGE_CONTENT_KNOWN', detail: expect.stringContaining(other.body.id) },
  })
})

test('an upload of the old content leaves alone the version that is to replace it; as new content of the document it calls that off', async () => {
  await using place = await setUp()
  const { knowledge, baseId, documentId } = place
  await put(knowledge, documentId, NEW)
  const uploaded = await knowledge.upload(baseId, OLD, { name: 'comets.txt' })
  expect(uploaded).toMatchObject({ status: 200, body: { id: documentId, state: 'queued', pendingVersion: 2 } })
  expect(await put(knowledge, documentId, OLD)).toMatchObject({
    status: 200,
    body: { state: 'ready', version: 1, pendingVersion: null },
  })
  expect(await place.found('dust')).toEqual([OLD])
})

test('a document whose first file could not be read is found once another file could', async () => {
  await using place = await setUp()
  const { knowledge, baseId } = place
  const { body } = await knowledge.upload(baseId, BROKEN, { name: 'broken.pdf' })
  expect(await place.ingest(body.id)).toMatchObject({ state: 'failed', version: 1, pendingVersion: null })
  await put(knowledge, body.id, NEW)
  // The broken file again: there is nothing in place that it could fall back to.
  expect(await put(knowledge, body.id, BROKEN)).toMatchObject({ status: 202, body: { pendingVersion: null } })
  expect(await place.ingest(body.id)).toMatchObject({ state: 'failed', version: 1 })
  await put(knowledge, body.id, NEW)
  expect(await place.ingest(body.id)).toMatchObject({ state: 'ready', pendingVersion: null, mediaType: 'text/plain' })
  expect(await place.found('glaciers northward')).toEqual([NEW])
})

test('an upload under a known name is a document beside it, or its next version when that is asked for', async () => {
  await using place = await setUp()
  const { knowledge, baseId, documentId } = place
  const upload = async (content: string, onSameName?: string) => {
    const form = new FormData()
    form.set('file', new File([content], 'comets.txt'))
    form.set('tags', 'sky')
    if (onSameName) form.set('onSameName', onSameName)
    const url = `http://app.test/api/bases/${baseId}/documents`
    const answer = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
    return { status: answer.status, body: (await answer.json()) as Document }
  }
  const version = await upload(NEW, 'version')
  expect(version).toMatchObject({ status: 202, body: { id: documentId, pendingVersion: 2 } })
  expect(await place.ingest(documentId)).toMatchObject({ version: 2, name: 'comets.txt', tags: ['sky'] })
  const separate = await upload('Stars stand almost still.')
  expect(separate.status).toBe(202)
  expect(separate.body.id).not.toBe(documentId)
})
