import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'

const handbook = () => Bun.file(resolve(import.meta.dir, '../../../deploy/samples/orrery-handbook.pdf')).bytes()
const PAGE = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>'
const OTHER = { 'x-orrery-caller': 'app', 'x-consumer-username': 'globex' }

test('a sentence of an uploaded PDF is found with its document and page', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const uploaded = await knowledge.upload(baseId, new Blob([await handbook()]), { name: 'handbook.txt' })
  expect(uploaded.status).toBe(202)
  expect(uploaded.body).toMatchObject({ state: 'queued', mediaType: 'application/pdf', runId: expect.any(String) })

  const document = await knowledge.settled(uploaded.body.id)
  expect(document).toMatchObject({ state: 'ready', failure: null, progress: { pagesRead: 3, pageCount: 3 } })
  const found = await knowledge.search(baseId, 'How do I make a backup of the data directory?')
  expect(found.hits[0]?.content).toContain('stop Orrery and copy the whole data directory')
  expect(found.hits[0]?.citation).toMatchObject({ documentId: document.id, documentName: 'handbook.txt', page: 3 })
  expect(found.hits[0]?.score).toBeGreaterThan(0.3)
})

test('the same content again is the same document, and it is not read twice', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const first = await knowledge.upload(baseId, 'Comets have tails.', { name: 'a.txt' })
  await knowledge.settled(first.body.id)
  const second = await knowledge.upload(baseId, 'Comets have tails.', { name: 'b.txt' })
  expect(second).toMatchObject({ status: 200, body: { id: first.body.id, name: 'a.txt', state: 'ready' } })
})

test('a deleted document is never found again', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, '# Comets\n\nComets have tails.', { name: 'a.md' })
  await knowledge.settled(body.id)
  expect((await knowledge.search(baseId, 'comets')).count).toBe(1)
  expect((await callApp(knowledge.app, `DELETE /api/documents/${body.id}`, { headers: APP })).status).toBe(204)
  expect((await knowledge.search(baseId, 'comets')).count).toBe(0)
  expect((await callApp(knowledge.app, `GET /api/documents/${body.id}`, { headers: APP })).status).toBe(404)
})

test('filters by document and score are exact', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const ids: string[] = []
  for (const name of ['one', 'two', 'three']) {
    const { body } = await knowledge.upload(baseId, `Comets of catalogue ${name}.`, { name: `${name}.txt` })
    ids.push((await knowledge.settled(body.id)).id)
  }
  const filtered = await knowledge.search(baseId, 'comets', { documentIds: [ids[1]] })
  expect(filtered.hits.map((hit) => hit.citation.documentId)).toEqual([ids[1]])
  const strict = await knowledge.search(baseId, 'comets of catalogue two', { scoreMin: 0.7 })
  expect(strict.hits.map((hit) => hit.citation.documentId)).toEqual([ids[1]])
})

test('one app neither sees, nor searches, nor deletes what belongs to another', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, 'Comets have tails.', { name: 'a.txt' })
  await knowledge.settled(body.id)
  for (const route of [
    `GET /api/bases/${baseId}`,
    `DELETE /api/bases/${baseId}`,
    `GET /api/bases/${baseId}/search?query=comets`,
    `GET /api/documents/${body.id}`,
    `DELETE /api/documents/${body.id}`,
    `GET /api/documents/${body.id}/chunks`,
    `GET /api/documents/${body.id}/file`,
    `GET /api/documents/${body.id}/versions`,
    `POST /api/documents/${body.id}/versions/1/restore`,
    `POST /api/documents/${body.id}/refresh`,
    `GET /api/bases/${baseId}/documents`,
  ] as const) {
    expect([route, (await callApp(knowledge.app, route, { headers: OTHER })).status]).toEqual([route, 404])
  }
  for (const [route, change] of [
    [`PATCH /api/documents/${body.id}`, { enabled: false }],
    [`POST /api/bases/${baseId}/documents/texts`, { title: 'a', text: 'b' }],
    [`POST /api/bases/${baseId}/documents/pages`, { url: 'http://10.0.0.1/' }],
  ] as const) {
    const refused = await callApp(knowledge.app, route, { headers: OTHER, body: change })
    expect([route, refused.status]).toEqual([route, 404])
  }
  const form = new FormData()
  form.set('file', new File(['Mine now.'], 'a.txt'))
  const put = new Request(`http://app.test/api/documents/${body.id}/file`, {
    method: 'PUT',
    body: form,
    headers: OTHER,
  })
  expect((await knowledge.app.handle(put)).status).toBe(404)
  expect((await knowledge.search(baseId, 'comets')).count).toBe(1)
  expect((await callApp(knowledge.app, 'GET /api/bases', { headers: OTHER })).body).toMatchObject({ bases: [] })
  expect((await knowledge.upload(baseId, 'x', { name: 'x.txt', headers: OTHER })).status).toBe(404)
  const all = await callApp(knowledge.app, 'GET /api/bases', { headers: { 'x-orrery-caller': 'root' } })
  expect(all.body).toMatchObject({ bases: [{ id: baseId }], nextBeforeId: null })
  expect((await callApp(knowledge.app, 'GET /api/bases')).status).toBe(401)
})

test.each([
  ['an empty file', '', 'DOCUMENT_EMPTY'],
  ['blank space', ' \n\t ', 'DOCUMENT_EMPTY'],
  ['an image that is named like a text', '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'DOCUMENT_NEEDS_OCR'],
])('refuses %s at once and stores nothing', async (_what, content, code) => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0))
  const refused = await knowledge.upload(baseId, new Blob([bytes]), { name: 'plan.txt' })
  expect(refused).toMatchObject({ status: 422, body: { code, remedy: expect.any(String) } })
  const listed = await callApp(knowledge.app, `GET /api/bases/${baseId}/documents`, { headers: APP })
  expect(listed.body).toEqual({ documents: [], nextBeforeId: null })
})

test('a base keeps the id that it is given, and a taken one is refused', async () => {
  await using knowledge = await temporaryKnowledge()
  const create = (id: string) =>
    callApp(knowledge.app, 'POST /api/bases', { headers: APP, body: { id, name: 'Manuals' } })
  expect(await create('manuals')).toMatchObject({ status: 201, body: { id: 'manuals' } })
  expect(await create('manuals')).toMatchObject({ status: 409, body: { code: 'KNOWLEDGE_BASE_EXISTS' } })
  expect(await create('../up')).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
})

test('an upload that waits answers with the document as it was read, or refused', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const upload = async (text: string, name: string) => {
    const form = new FormData()
    form.set('file', new File([text], name))
    const url = `http://app.test/api/bases/${baseId}/documents?waitMs=30000`
    return (await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))).json()
  }
  expect(await upload('Comets have tails.', 'a.txt')).toMatchObject({ state: 'ready', chunkCount: 1 })
  expect(await upload('%PDF-1.4\nthis is not a PDF', 'b.pdf')).toMatchObject({
    state: 'failed',
    failure: { code: 'DOCUMENT_PDF_BROKEN' },
  })
})

test('a form without a file and a body that is no form are told apart and refused', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const url = `http://app.test/api/bases/${baseId}/documents`
  const form = new FormData()
  form.set('name', 'x')
  const empty = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
  expect([empty.status, ((await empty.json()) as { code: string }).code]).toEqual([422, 'REQUEST_INVALID'])
  const headers = { ...APP, 'content-type': 'multipart/form-data; boundary=x' }
  const broken = await knowledge.app.handle(new Request(url, { method: 'POST', body: 'rubbish', headers }))
  expect([broken.status, ((await broken.json()) as { code: string }).code]).toEqual([400, 'BODY_UNREADABLE'])
})

test.each([
  ['a damaged PDF', '%PDF-1.4\nthis is not a PDF', 'DOCUMENT_PDF_BROKEN'],
  ['a PDF without text', emptyPagePdf(), 'DOCUMENT_PDF_WITHOUT_TEXT'],
  ['a PDF with a password', encryptedPdf(), 'DOCUMENT_PDF_ENCRYPTED'],
])(
  '%s ends as failed with its reason, leaves nothing searchable, and may be uploaded again',
  async (_what, content, code) => {
    await using knowledge = await temporaryKnowledge()
    const baseId = await knowledge.createBase()
    const { body } = await knowledge.upload(baseId, content, { name: 'broken.pdf' })
    const document = await knowledge.settled(body.id)
    expect(document).toMatchObject({ state: 'failed', chunkCount: 0, failure: { code, remedy: expect.any(String) } })
    const journal = await knowledge.dependencies.journal()
    await waitFor(async () => (await journal.find(document.runId ?? ''))?.state === 'failed', {
      what: 'the run to end',
    })
    const again = await knowledge.upload(baseId, content, { name: 'broken.pdf' })
    expect(again).toMatchObject({ status: 202, body: { id: body.id, state: 'queued' } })
    expect(await knowledge.settled(body.id)).toMatchObject({ state: 'failed' })
  },
)

/** One page that draws nothing. */
function emptyPagePdf(): string {
  return pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 1 /Kids [3 0 R] >>', PAGE], '')
}

/** The standard security handler with a user password that is not empty (owner and user entries are of the right length). */
function encryptedPdf(): string {
  const entry = `<${'ab'.repeat(32)}>`
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /O ${entry} /U ${entry} /P -44 >>`
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 1 /Kids [3 0 R] >>', PAGE, encrypt]
  return pdfOf(objects, `/Encrypt 4 0 R /ID [<${'01'.repeat(16)}> <${'01'.repeat(16)}>]`)
}

function pdfOf(objects: string[], trailer: string): string {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  return `${file}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${file.length}\n%%EOF\n`
}
