import { expect, test } from 'bun:test'
import { flatBomb } from '#shared/documents/corpus/hostile-archives.ts'
import { makeDocx, paragraph } from '#shared/documents/corpus/office-file.ts'
import { OFFICE_TYPES } from '#shared/documents/media-types.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'

const heading = (text: string) => paragraph(text, '<w:outlineLvl w:val="0"/>')
const PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

test('a sentence of a Word document is found with its heading and page', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const first = heading('Comets') + paragraph('Comets have tails of dust and of gas. '.repeat(20))
  const second = heading('Meteors') + paragraph('Meteors are seen when grains of dust burn up. '.repeat(20))
  const content = new Blob([makeDocx(first + PAGE_BREAK + second)])
  const uploaded = await knowledge.upload(baseId, content, { name: 'sky.txt' })
  expect(uploaded).toMatchObject({ status: 202, body: { mediaType: OFFICE_TYPES.docx } })
  expect(await knowledge.settled(uploaded.body.id)).toMatchObject({
    state: 'ready',
    progress: { pagesRead: 2, pageCount: 2 },
  })
  const found = await knowledge.search(baseId, 'when are meteors seen')
  expect(found.hits[0]).toMatchObject({ title: 'Meteors', citation: { page: 2 } })
})

test('a bomb fails as a document, and others are read after it', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const bomb = await knowledge.upload(baseId, new Blob([flatBomb(30)]), { name: 'bomb.docx' })
  const honest = await knowledge.upload(baseId, new Blob([makeDocx(paragraph('Harmless.'))]), { name: 'a.docx' })
  expect(await knowledge.settled(bomb.body.id)).toMatchObject({
    state: 'failed',
    failure: { code: 'DOCUMENT_EXPANDS_TOO_MUCH', remedy: expect.any(String) },
  })
  expect(await knowledge.settled(honest.body.id)).toMatchObject({ state: 'ready', chunkCount: 1 })
})
