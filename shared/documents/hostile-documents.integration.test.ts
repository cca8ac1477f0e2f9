import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  billionLaughs,
  deepXml,
  documentWithDoctype,
  flatBomb,
  lyingBomb,
  misplacedDirectory,
  missingEntry,
  overlappingEntries,
  repeatedString,
  withPassword,
} from './corpus/hostile-archives.ts'
import { circularPdf, encryptedPdf, makePdf, oleFile } from './corpus/hostile-files.ts'
import { makeDocx, makeZip, packageEntries, paragraph } from './corpus/office-file.ts'
import { detectMediaType } from './detect-media-type.ts'
import { OFFICE_TYPES } from './media-types.ts'
import { readDocumentBytes } from './read-document-bytes.ts'
import { readInChild } from './read-in-child.ts'

const MS_MAX = 20_000

const read = async (bytes: Uint8Array, name = 'report.docx') =>
  readDocumentBytes(bytes, await detectMediaType(bytes, name), AbortSignal.timeout(MS_MAX))

const cut = (bytes: Uint8Array, share: number) => bytes.slice(0, Math.floor(bytes.byteLength * share))

const noise = (length: number) => {
  const bytes = new Uint8Array(length)
  for (let at = 0, state = 1; at < length; at++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    bytes[at] = state >> 16
  }
  return bytes
}

test.each([
  ['a bomb that expands to a thousand times its size', () => flatBomb(30), 'DOCUMENT_EXPANDS_TOO_MUCH'],
  ['a bomb whose directory lies about its size', () => lyingBomb(30), 'DOCUMENT_BROKEN'],
  ['a bomb of entries that overlap', () => overlappingEntries(500), 'DOCUMENT_BROKEN'],
  [
    'an archive that hides a bomb in what tells its kind',
    () => makeZip({ '[Content_Types].xml': ' '.repeat(5_000_000) }),
    'DOCUMENT_EXPANDS_TOO_MUCH',
  ],
  [
    'an archive of archives',
    () => makeZip({ 'a.zip': makeZip({ 'b.zip': makeZip({ 'c.txt': 'x' }) }) }),
    'DOCUMENT_ARCHIVE_UNSUPPORTED',
  ],
  [
    'an archive of far more entries than documents have',
    () => makeZip(Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`${index}`, ''])), 0),
    'DOCUMENT_EXPANDS_TOO_MUCH',
  ],
  ['a billion laughs', billionLaughs, 'DOCUMENT_BROKEN'],
  ['an entity that nobody declared', () => makeDocx(paragraph('&laugh;')), 'DOCUMENT_BROKEN'],
  ['XML that is nested 10,000 deep', () => deepXml(10_000), 'DOCUMENT_EXPANDS_TOO_MUCH'],
  ['a text that a workbook repeats', () => repeatedString(1_000_000, 60), 'DOCUMENT_TOO_LARGE'],
  ['an archive that ends early', () => cut(makeDocx(paragraph('x'.repeat(5_000))), 0.6), 'DOCUMENT_BROKEN'],
  ['an archive without its last byte', () => makeDocx(paragraph('x')).slice(0, -1), 'DOCUMENT_BROKEN'],
  ['an archive whose directory is elsewhere', misplacedDirectory, 'DOCUMENT_BROKEN'],
  ['an archive that lacks an entry of its directory', missingEntry, 'DOCUMENT_BROKEN'],
  [
    'an office file without its main part',
    () => makeZip(packageEntries('word/document.xml', 'wordprocessingml.document')),
    'DOCUMENT_BROKEN',
  ],
  ['a ZIP archive that is no document', () => makeZip({ 'notes.txt': 'x' }), 'DOCUMENT_ARCHIVE_UNSUPPORTED'],
  [
    'a binary workbook',
    () =>
      makeZip({
        '[Content_Types].xml': '<Override ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>',
      }),
    'DOCUMENT_OLD_OFFICE',
  ],
  ['an office file with a password', () => oleFile('EncryptedPackage'), 'DOCUMENT_ENCRYPTED'],
  ['an archive that needs a password', () => withPassword(makeDocx(paragraph('x'))), 'DOCUMENT_ENCRYPTED'],
  ['a PDF with a password', encryptedPdf, 'DOCUMENT_PDF_ENCRYPTED'],
  ['a PDF whose pages lead back to themselves', circularPdf, 'DOCUMENT_PAGE_BROKEN'],
  ['an old Word document', () => oleFile('WordDocument'), 'DOCUMENT_OLD_OFFICE'],
  ['an old Excel workbook', () => oleFile('Workbook'), 'DOCUMENT_OLD_OFFICE'],
  ['a PDF of 10,000 pages', () => makePdf(10_000, 'A comet'), 'DOCUMENT_PAGES_TOO_MANY'],
  ['half a PDF', () => new Uint8Array(Buffer.from('%PDF-1.7\n1 0 obj<</Type')), 'DOCUMENT_PDF_BROKEN'],
  ['a picture', () => new Uint8Array(Buffer.from('89504e470d0a1a0a0000', 'hex')), 'DOCUMENT_NEEDS_OCR'],
  ['noise', () => noise(100_000), 'DOCUMENT_UNSUPPORTED'],
] as const)(
  '%s ends with its own code and what to do',
  async (_what, make, code) => {
    const error = await read(make()).catch((error: unknown) => error)
    expect(error).toMatchObject({ code, message: expect.any(String), remedy: expect.any(String) })
  },
  MS_MAX,
)

test('every part of a document that is cut off or damaged anywhere ends in a clear state', async () => {
  const honest = makeDocx(paragraph('Comets return. '.repeat(20)))
  const codes = new Set<string>()
  for (let at = 4; at < honest.byteLength; at += 97) {
    const damaged = honest.slice()
    damaged[at] = (damaged[at] ?? 0) ^ 0xff
    for (const bytes of [damaged, honest.slice(0, at)]) {
      const result = await read(bytes).then(
        () => 'read',
        (error: { code?: string }) => error.code ?? String(error),
      )
      codes.add(result)
    }
  }
  expect([...codes].filter((code) => !/^(?:read|DOCUMENT_[A-Z_]+)$/.test(code))).toEqual([])
  expect(codes).toContain('DOCUMENT_BROKEN')
}, 120_000)

test('a bomb inside a document is never opened', async () => {
  const document = await read(makeDocx(paragraph('Harmless'), { 'word/embeddings/inner.docx': flatBomb(12) }))
  expect(document.text).toBe('Harmless')
})

test('nothing outside the file is ever asked for', async () => {
  let asked = 0
  using server = Bun.serve({
    port: 0,
    fetch() {
      asked += 1
      return new Response('<!ENTITY x "fetched">')
    },
  })
  const doctype = `<!DOCTYPE w:document SYSTEM "${server.url}"[<!ENTITY % e SYSTEM "${server.url}e"> %e;]>`
  await expect(read(documentWithDoctype(doctype, '&x;'))).rejects.toMatchObject({ code: 'DOCUMENT_BROKEN' })
  const linked = makeDocx(paragraph('Linked'), {
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/><Relationship Id="b" Type="x/attachedTemplate" Target="${server.url}t" TargetMode="External"/></Relationships>`,
  })
  expect((await read(linked)).text).toBe('Linked')
  expect(asked).toBe(0)
})

test('the names of entries never become paths', async () => {
  const name = `orrery-${Bun.randomUUIDv7()}.xml`
  const up = '../'.repeat(20)
  const document = await read(
    makeDocx(paragraph('Inside'), { [`${up}tmp/${name}`]: '<x/>', [`/tmp/${name}x`]: '<x/>' }),
  )
  expect(document.text).toBe('Inside')
  expect([`/tmp/${name}`, `/tmp/${name}x`].filter((path) => existsSync(path))).toEqual([])
})

test('a reader that takes too long, or too much memory, or that nobody waits for any more, is ended', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-hostile-'))
  try {
    const path = join(directory, 'file')
    await Bun.write(
      path,
      makeDocx(Array.from({ length: 150_000 }, (_, at) => paragraph(`Comet ${at * 7919}`)).join('')),
    )
    const file = { path, mediaType: OFFICE_TYPES.docx }
    const timeout = { code: 'DOCUMENT_READ_TIMEOUT' }
    await expect(readInChild(file, { limits: { msMax: 100 } })).rejects.toMatchObject(timeout)
    if (process.platform === 'linux') {
      await expect(readInChild(file, { limits: { memoryBytesMax: 1_000_000 } })).rejects.toMatchObject(timeout)
    }
    await expect(readInChild(file, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
