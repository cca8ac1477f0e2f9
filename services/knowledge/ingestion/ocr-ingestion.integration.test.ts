import { expect, test } from 'bun:test'
import { type MixedPage, makeMixedPdf } from '#shared/documents/corpus/mixed-pdf.ts'
import { encodeBmp } from '#shared/documents/encode-bmp.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import type { Document } from '../documents/document-schemas.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'

type Answer = (call: number) => Response | Promise<Response>

/** A base whose pictures are read by a model over HTTP. */
const setUp = async (answer: Answer) => {
  const server = await startModelServer((_request, call) => answer(call))
  const knowledge = await temporaryKnowledge()
  const { database } = knowledge.dependencies
  const model = { name: 'eyes', provider: 'openai' as const, modelId: 'eyes-1', url: server.url }
  await createModelRepository(database).insert(model)
  const baseId = await knowledge.createBase({ ocrModel: 'eyes' })
  const call = async (route: Parameters<typeof callApp>[1], body?: object) =>
    (await callApp(knowledge.app, route, { headers: APP, ...(body ? { body } : {}) })) as {
      status: number
      body: Document & { pages: { page: number; state: string; attempts: number; failure: { code: string } | null }[] }
    }
  return {
    server,
    knowledge,
    baseId,
    call,
    async ingest(pages: MixedPage[]) {
      const { body } = await knowledge.upload(baseId, new Blob([makeMixedPdf(pages)]), { name: 'scan.pdf' })
      return knowledge.settled(body.id)
    },
    async retry(id: string, body?: object) {
      expect(await call(`POST /api/documents/${id}/retry`, body)).toMatchObject({ status: 202 })
      return knowledge.settled(id)
    },
    pagesOf: async (id: string) => (await call(`GET /api/documents/${id}/pages`)).body.pages,
    found: async (query: string) => (await knowledge.search(baseId, query)).hits.map(({ content }) => content),
    async [Symbol.asyncDispose]() {
      await knowledge[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const scan = { scan: { width: 400, height: 500 } }
const refused = () => Response.json({ error: { message: 'this picture I cannot see' } }, { status: 400 })

test('scanned pages are read by the model of the base and found with their page; their text is kept and asked for once', async () => {
  await using place = await setUp((call) => modelWords('Aurora ', `number${call}`))
  const document = await place.ingest([{ words: 'A printed page' }, scan, scan])
  expect(document).toMatchObject({ state: 'ready', progress: { pageCount: 3, pagesRead: 3, failedPages: 0 } })
  const { hits } = await place.knowledge.search(place.baseId, 'aurora')
  expect(hits[0]?.content).toContain('Aurora number1')
  const [asked] = place.server.requests
  expect(JSON.stringify(asked?.body)).toContain('data:image/jpeg;base64,')
  expect(await place.pagesOf(document.id)).toMatchObject([
    { page: 2, state: 'read', failure: null },
    { page: 3, state: 'read', failure: null },
  ])
  // Read again, for other settings or after a crash: nobody is asked.
  expect(await place.retry(document.id)).toMatchObject({ state: 'ready' })
  expect(place.server.requests).toHaveLength(2)
  // But a page that is named is.
  expect(await place.retry(document.id, { pages: [3] })).toMatchObject({ state: 'ready' })
  expect(place.server.requests).toHaveLength(3)
  expect((await place.found('aurora')).join(' ')).toContain('number3')
}, 120_000)

test('a page that the model refuses fails alone with the reason, and a retry reads only the pages that failed', async () => {
  let isKind = false
  await using place = await setUp((call) => (call === 2 && !isKind ? refused() : modelWords(`Aurora number${call}`)))
  const document = await place.ingest([scan, scan, { words: 'A printed page' }])
  expect(document).toMatchObject({ state: 'ready', progress: { pageCount: 3, pagesRead: 2, failedPages: 1 } })
  const failed = (await place.pagesOf(document.id)).filter(({ state }) => state === 'failed')
  expect(failed).toMatchObject([
    { attempts: 1, failure: { code: 'KNOWLEDGE_OCR_REFUSED', remedy: expect.any(String) } },
  ])
  isKind = true
  expect(await place.retry(document.id)).toMatchObject({ state: 'ready', progress: { pagesRead: 3, failedPages: 0 } })
  expect(place.server.requests).toHaveLength(3)
  expect(await place.pagesOf(document.id)).toMatchObject([{ state: 'read' }, { state: 'read', failure: null }])
  expect(await place.call(`POST /api/documents/${document.id}/retry`, { pages: [9] })).toMatchObject({
    status: 422,
    body: { code: 'KNOWLEDGE_PAGE_UNKNOWN' },
  })
}, 120_000)

test('without a model scans need OCR: page by page, or as a whole; once there is one, a retry reads them', async () => {
  await using place = await setUp((call) => modelWords(`Aurora number${call}`))
  await place.call(`PATCH /api/bases/${place.baseId}`, { ocrModel: null })
  const mixed = await place.ingest([{ words: 'A printed page' }, scan])
  expect(mixed).toMatchObject({ state: 'ready', progress: { failedPages: 1 } })
  expect(await place.pagesOf(mixed.id)).toMatchObject([{ page: 2, failure: { code: 'DOCUMENT_NEEDS_OCR' } }])
  const scanned = await place.ingest([scan])
  expect(scanned).toMatchObject({
    state: 'failed',
    failure: { code: 'DOCUMENT_NEEDS_OCR', remedy: expect.any(String) },
  })
  const picture = new Blob([encodeBmp({ width: 8, height: 8, kind: 1, data: new Uint8Array(8) })])
  expect(await place.knowledge.upload(place.baseId, picture, { name: 'a.bmp' })).toMatchObject({ status: 422 })

  await place.call(`PATCH /api/bases/${place.baseId}`, { ocrModel: 'eyes' })
  expect(await place.retry(scanned.id)).toMatchObject({ state: 'ready', failure: null })
  expect(await place.retry(mixed.id)).toMatchObject({ state: 'ready', progress: { failedPages: 0 } })
  const { body } = await place.knowledge.upload(place.baseId, picture, { name: 'a.bmp' })
  expect(await place.knowledge.settled(body.id)).toMatchObject({ state: 'ready', mediaType: 'image/bmp' })
  expect(place.server.requests).toHaveLength(3)
}, 120_000)

test('a model that is away is asked again later, for the pages that it did not read; when it stays away, the document fails with why', async () => {
  let isAway = true
  await using place = await setUp((call) => {
    if (call === 1) return modelWords('Aurora one')
    return isAway ? Response.json({ error: { message: 'no such key' } }, { status: 401 }) : modelWords('Aurora two')
  })
  const failed = await place.ingest([scan])
  expect(failed.state).toBe('ready')
  const document = await place.ingest([scan, { words: 'A printed page' }])
  expect(document).toMatchObject({
    state: 'failed',
    failure: { code: 'MODEL_REFUSED', reason: expect.stringContaining('tried 5 times'), remedy: expect.any(String) },
  })
  expect(await place.found('printed')).toEqual([])
  isAway = false
  expect(await place.retry(document.id)).toMatchObject({ state: 'ready' })
  expect((await place.found('printed')).length).toBeGreaterThan(0)
}, 120_000)
