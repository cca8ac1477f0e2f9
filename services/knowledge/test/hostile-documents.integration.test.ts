import { expect, test } from 'bun:test'
import {
  billionLaughs,
  deepXml,
  flatBomb,
  lyingBomb,
  overlappingEntries,
  withPassword,
} from '#shared/documents/corpus/hostile-archives.ts'
import {
  circularPdf,
  encryptedPdf,
  expandingPdf,
  hugePng,
  makePdf,
  oleFile,
} from '#shared/documents/corpus/hostile-files.ts'
import { makeDocx, makeZip, packageEntries, paragraph } from '#shared/documents/corpus/office-file.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Document } from '../documents/document-schemas.ts'
import { NEVER, startDoomedProcess } from './chaos/doomed-process.ts'
import { temporaryKnowledge } from './temporary-knowledge.ts'

const text = (content: string) => new Uint8Array(Buffer.from(content, 'latin1'))
const half = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, Math.floor(bytes.byteLength / 2))
const office = (part: string, type: string, content: string) =>
  makeZip({ ...packageEntries(part, type), [part]: content })

/** Files made to hurt, with the name that they are given and the code that they have to end with. */
const HOSTILE: readonly (readonly [name: string, make: () => Uint8Array<ArrayBuffer>, code: string])[] = [
  ['zip-bomb.docx', () => flatBomb(30), 'DOCUMENT_EXPANDS_TOO_MUCH'],
  ['lying-bomb.docx', () => lyingBomb(30), 'DOCUMENT_BROKEN'],
  ['overlapping.docx', () => overlappingEntries(500), 'DOCUMENT_BROKEN'],
  ['laughs.docx', billionLaughs, 'DOCUMENT_BROKEN'],
  ['deep.docx', () => deepXml(10_000), 'DOCUMENT_EXPANDS_TOO_MUCH'],
  ['half.docx', () => half(makeDocx(paragraph('x'.repeat(5_000)))), 'DOCUMENT_BROKEN'],
  ['broken.xlsx', () => office('xl/workbook.xml', 'spreadsheetml.sheet', '<workbook><sheets>'), 'DOCUMENT_BROKEN'],
  ['broken.pptx', () => office('ppt/presentation.xml', 'presentationml.presentation', '<p:x'), 'DOCUMENT_BROKEN'],
  ['broken.epub', () => makeZip({ mimetype: 'application/epub+zip' }, 0), 'DOCUMENT_BROKEN'],
  ['password.xlsx', () => oleFile('EncryptedPackage'), 'DOCUMENT_ENCRYPTED'],
  ['password.zip.docx', () => withPassword(makeDocx(paragraph('x'))), 'DOCUMENT_ENCRYPTED'],
  ['password.pdf', encryptedPdf, 'DOCUMENT_PDF_ENCRYPTED'],
  ['old.doc', () => oleFile('WordDocument'), 'DOCUMENT_OLD_OFFICE'],
  ['pages.pdf', () => makePdf(10_000, 'A comet'), 'DOCUMENT_PAGES_TOO_MANY'],
  ['half.pdf', () => text('%PDF-1.7\n1 0 obj<</Type'), 'DOCUMENT_PDF_BROKEN'],
  ['circle.pdf', circularPdf, 'DOCUMENT_PAGE_BROKEN'],
  ['expanding.pdf', () => expandingPdf(60), 'DOCUMENT_PDF_WITHOUT_TEXT'],
  ['encrypted.eml', () => text(encryptedMail), 'DOCUMENT_ENCRYPTED'],
  ['a-program.txt', () => text(`\x7fELF\x02\x01\x01${'\0'.repeat(100)}`), 'DOCUMENT_UNSUPPORTED'],
  ['a-picture-that-is-none.pdf', () => text('\x89PNG\r\n\x1a\n\0\0\0'), 'DOCUMENT_IMAGE_BROKEN'],
  ['bomb.png', () => hugePng(60_000), 'DOCUMENT_IMAGE_TOO_LARGE'],
  ['cut.jpg', () => text('\xff\xd8\xff\xe0\0\x10JFIF'), 'DOCUMENT_IMAGE_BROKEN'],
  ['photo.heic', () => text('\0\0\0\x18ftypheic\0\0\0\0'), 'DOCUMENT_IMAGE_UNSUPPORTED'],
]

const encryptedMail = [
  'From: a@example.com',
  'To: b@example.com',
  'Subject: Secret',
  'MIME-Version: 1.0',
  'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
  'Content-Transfer-Encoding: base64',
  '',
  'MIIB',
].join('\r\n')

test('hostile documents end refused or failed, with a code and a remedy, while the same process goes on to answer searches', async () => {
  await using model = await startModelServer(() => modelWords('nothing'))
  await using knowledge = await temporaryKnowledge({ claim: false })
  const eyes = { name: 'eyes', provider: 'openai' as const, modelId: 'eyes-1', url: model.url }
  await createModelRepository(knowledge.dependencies.database).insert(eyes)
  const baseId = await knowledge.createBase({ ocrModel: 'eyes' })
  const service = await startDoomedProcess(knowledge, { point: 'merged', nth: NEVER })
  const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData()
    form.set('file', new File([bytes], name))
    const answer = await service.ask(`/api/bases/${baseId}/documents`, { method: 'POST', body: form })
    return { status: answer?.status, body: answer?.body as Document & { code?: string; remedy?: string } }
  }
  const show = async (id: string) => (await service.ask(`/api/documents/${id}`))?.body as Document
  const searched = async () => {
    const body = JSON.stringify({ query: 'harmless comet' })
    const headers = { 'content-type': 'application/json' }
    return (await service.ask(`/api/bases/${baseId}/search`, { method: 'POST', body, headers }))?.body as {
      hits: unknown[]
    }
  }
  const settled = (id: string) =>
    waitFor(
      async () => {
        expect((await searched()).hits).toHaveLength(1)
        const document = await show(id)
        return document.state === 'ready' || document.state === 'failed' ? document : undefined
      },
      { what: `document ${id} to settle`, timeoutMs: 120_000 },
    )
  try {
    const honest = await upload('harmless.txt', text('A harmless comet.'))
    await waitFor(async () => (await show(honest.body.id)).state === 'ready', { what: 'the honest document' })
    const uploaded = await Promise.all(
      HOSTILE.map(async ([name, make, code]) => ({ name, code, answer: await upload(name, make()) })),
    )
    const ends = await Promise.all(
      uploaded.map(async ({ name, code, answer }) => {
        if (answer.status !== 202) return { name, code, end: answer.body.code, remedy: answer.body.remedy }
        const { failure } = await settled(answer.body.id)
        return { name, code, end: failure?.code, remedy: failure?.remedy }
      }),
    )
    expect(ends.map(({ name, end }) => `${name} ${end}`)).toEqual(ends.map(({ name, code }) => `${name} ${code}`))
    for (const { remedy } of ends) expect(remedy?.length).toBeGreaterThan(10)
    expect(service.isDead()).toBe(false)
    const last = await upload('after.docx', makeDocx(paragraph('Another harmless comet.')))
    await waitFor(async () => (await show(last.body.id)).state === 'ready', { what: 'a document after them' })
    expect((await searched()).hits).toHaveLength(2)
  } finally {
    await service.kill()
  }
}, 300_000)
