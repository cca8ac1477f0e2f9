import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Preview } from './preview-schemas.ts'

const OTHER = { ...APP, 'x-consumer-username': 'other' }
const TEXT = '# Start\nRun it.\n\n# Stop\nKill it.\n\n## Softly\nAsk it to end.'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const previewing = (knowledge: Knowledge, baseId: string) => ({
  async preview(body: object, headers = APP) {
    const answer = await callApp(knowledge.app, `POST /api/bases/${baseId}/preview`, { headers, body })
    return { status: answer.status, body: answer.body as Preview & { code?: string } }
  },
  async previewFile(content: Blob | string, fields: Record<string, string> & { name: string }) {
    const form = new FormData()
    form.set('file', new File([content], fields.name))
    for (const [field, value] of Object.entries(fields)) if (field !== 'name') form.set(field, value)
    const url = `http://app.test/api/bases/${baseId}/preview/file`
    const answer = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
    return { status: answer.status, body: (await answer.json()) as Preview & { code?: string } }
  },
})

test('a preview shows what an upload with its settings gives, and stores nothing', async () => {
  await using knowledge = await temporaryKnowledge()
  const splitting = { chunker: 'headings', headingDepth: 1, lengthMin: 5, lengthMax: 60 }
  const baseId = await knowledge.createBase({ splitting })
  const { preview, previewFile } = previewing(knowledge, baseId)

  const { status, body } = await preview({ text: TEXT, name: 'a.md' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ mediaType: 'text/markdown', count: 2, headings: 3, pages: 0, characters: TEXT.length })
  expect(body.lengths).toMatchObject({ min: 15, max: 41 })
  expect((await previewFile(TEXT, { name: 'a.md' })).body).toEqual(body)
  const documents = await callApp(knowledge.app, `GET /api/bases/${baseId}/documents`, { headers: APP })
  expect(documents.body).toMatchObject({ documents: [] })
  expect((await knowledge.search(baseId, 'run it')).hits).toEqual([])

  const uploaded = await knowledge.upload(baseId, TEXT, { name: 'a.md' })
  await knowledge.settled(uploaded.body.id)
  const rows = await knowledge.dependencies.chunks.listOf(uploaded.body.id, { limit: 10 })
  expect(body.chunks.map(({ title, content }) => [title, content])).toEqual(
    rows.map(({ title, content }) => [title, content]),
  )
})

test('other settings can be tried on a text, a file and a stored document, each giving the same chunks', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { preview, previewFile } = previewing(knowledge, baseId)
  const uploaded = await knowledge.upload(baseId, TEXT, { name: 'a.md' })
  await knowledge.settled(uploaded.body.id)
  const splitting = { chunker: 'parent-child', parentBy: 'section', lengthMin: 1, lengthMax: 20, parentLengthMax: 500 }

  const ofText = await preview({ text: TEXT, name: 'a.md', splitting, limit: 1 })
  const ofFile = await previewFile(TEXT, { name: 'a.md', splitting: JSON.stringify(splitting), limit: '1' })
  const ofDocument = await preview({ documentId: uploaded.body.id, splitting, limit: 1 })
  expect(ofText.body.count).toBeGreaterThan(3)
  expect(ofText.body.chunks).toHaveLength(1)
  expect(ofText.body.withContext).toBeGreaterThan(0)
  expect(ofText.body.splitting).toMatchObject({ ...splitting, overlap: 0 })
  expect(ofFile.body).toEqual(ofText.body)
  expect(ofDocument.body).toEqual(ofText.body)
  const base = await callApp(knowledge.app, `GET /api/bases/${baseId}`, { headers: APP })
  expect(base.body).toMatchObject({ splitting: { chunker: 'length' } })
})

test('what cannot be previewed is refused with the reason', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const elsewhere = await knowledge.createBase()
  const uploaded = await knowledge.upload(elsewhere, TEXT, { name: 'a.md' })
  const { preview, previewFile } = previewing(knowledge, baseId)
  const codeOf = async (answer: Promise<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await answer
    return [status, body.code]
  }
  expect(await codeOf(preview({}))).toEqual([422, 'KNOWLEDGE_PREVIEW_SOURCE'])
  expect(await codeOf(preview({ text: 'x', documentId: 'y' }))).toEqual([422, 'KNOWLEDGE_PREVIEW_SOURCE'])
  expect(await codeOf(preview({ documentId: uploaded.body.id }))).toEqual([404, 'KNOWLEDGE_DOCUMENT_NOT_FOUND'])
  expect(await codeOf(preview({ documentId: 'nowhere' }))).toEqual([404, 'KNOWLEDGE_DOCUMENT_NOT_FOUND'])
  const { body: theirs } = await callApp(knowledge.app, 'POST /api/bases', { headers: OTHER, body: { name: 'Theirs' } })
  const foreign = previewing(knowledge, (theirs as { id: string }).id).preview({ documentId: uploaded.body.id }, OTHER)
  expect(await codeOf(foreign)).toEqual([404, 'KNOWLEDGE_DOCUMENT_NOT_FOUND'])
  expect(await codeOf(preview({ text: 'x' }, OTHER))).toEqual([404, 'KNOWLEDGE_BASE_NOT_FOUND'])
  expect(await codeOf(preview({ text: 'x', splitting: { lengthMin: 9, lengthMax: 8 } }))).toEqual([
    422,
    'KNOWLEDGE_SPLITTING_INVALID',
  ])
  expect((await preview({ text: 'x', splitting: { chunker: 'magic' } })).status).toBe(422)
  for (const splitting of ['{"chunker":"magic"}', '{', '"length"', '{"lengthMin":9,"lengthMax":8}']) {
    const refused = await codeOf(previewFile('x', { name: 'a.txt', splitting }))
    expect([splitting, ...refused]).toEqual([splitting, 422, 'KNOWLEDGE_SPLITTING_INVALID'])
  }
  expect(await codeOf(previewFile('PK\u0003\u0004 no archive', { name: 'a.docx' }))).toEqual([422, 'DOCUMENT_BROKEN'])
})

test('no more previews are made at once than the process has room for, and room comes back', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const { previewFile } = previewing(knowledge, baseId)
  // A process of its own reads it, so the first ones are still at it when the last one comes.
  const mail = 'From: a@example.com\nTo: b@example.com\nSubject: Comets\n\nThey have tails.\n'
  const answers = await Promise.all(Array.from({ length: 8 }, () => previewFile(mail, { name: 'a.eml' })))
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every(({ body }) => body.code === 'KNOWLEDGE_PREVIEWS_BUSY')).toBe(true)
  const after = await previewFile(mail, { name: 'a.eml' })
  expect(after.body).toMatchObject({ mediaType: 'message/rfc822', count: 1 })
})
