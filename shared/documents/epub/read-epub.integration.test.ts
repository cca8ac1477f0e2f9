import { expect, test } from 'bun:test'
import { makeZip } from '../corpus/office-file.ts'
import { detectMediaType } from '../detect-media-type.ts'
import { readDocumentBytes } from '../read-document-bytes.ts'

const read = async (bytes: Uint8Array) =>
  readDocumentBytes(bytes, await detectMediaType(bytes, 'book.zip'), AbortSignal.timeout(30_000))

const CONTAINER =
  '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
const item = (id: string, href: string, type = 'application/xhtml+xml') =>
  `<item id="${id}" href="${href}" media-type="${type}"/>`
const xhtml = (body: string) =>
  `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Book</title><script src="x.js"/></head><body>${body}</body></html>`

const makeEpub = (parts: Record<string, string>, items: string, spine: string[]) =>
  makeZip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': CONTAINER,
    'OEBPS/book.opf': `<!DOCTYPE package><package xmlns="http://www.idpf.org/2007/opf"><manifest>${items}</manifest><spine>${spine.map((id) => `<itemref idref="${id}"/>`).join('')}</spine></package>`,
    ...parts,
  })

test('a book gives the chapters of its spine in order, with their headings', async () => {
  const document = await read(
    makeEpub(
      {
        'OEBPS/text/b.xhtml': xhtml('<h1>Second</h1><p>It&nbsp;leaves.</p><title/><p><![CDATA[And]]> returns.</p>'),
        'OEBPS/text/a chapter.xhtml': xhtml('<section><h2>First</h2><p>A comet<br/>comes.</p></section>'),
        'OEBPS/toc.xhtml': xhtml('<nav>Not in the spine</nav>'),
      },
      item('two', 'text/b.xhtml') +
        item('one', 'text/a%20chapter.xhtml#top') +
        item('toc', 'toc.xhtml') +
        item('cover', 'c.jpg', 'image/jpeg'),
      ['cover', 'one', 'two'],
    ),
  )
  expect(document.text).toBe('First\n\nA comet\ncomes.\n\nSecond\n\nIt leaves.\n\nAnd returns.')
  expect(document.headings).toEqual([
    { offset: 0, level: 2, title: 'First' },
    { offset: document.text.indexOf('Second'), level: 1, title: 'Second' },
  ])
})

test('a table of a chapter keeps its columns', async () => {
  const table =
    '<p>Seen:</p><table><thead><tr><th>Comet</th><th>Year</th></tr></thead><tbody><tr><td/><td>1682</td></tr><tr><td>Halley</td><td>1759</td></tr></tbody></table>'
  const book = makeEpub({ 'OEBPS/a.xhtml': xhtml(table) }, item('a', 'a.xhtml'), ['a'])
  expect((await read(book)).text).toBe('Seen:\n\n| Comet | Year |\n| --- | --- |\n| | 1682 |\n| Halley | 1759 |')
})

test('a book whose chapters are encrypted says so, and one with obscured fonts alone is read', async () => {
  const encrypted = (uri: string) =>
    makeEpub(
      {
        'OEBPS/a.xhtml': xhtml('<p>Readable</p>'),
        'META-INF/encryption.xml': `<encryption><EncryptedData><CipherData><CipherReference URI="${uri}"/></CipherData></EncryptedData></encryption>`,
      },
      item('a', 'a.xhtml'),
      ['a'],
    )
  await expect(read(encrypted('OEBPS/a.xhtml'))).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' })
  expect((await read(encrypted('OEBPS/font.otf'))).text).toBe('Readable')
})

test.each([
  ['lacks a chapter', item('a', 'gone.xhtml'), 'DOCUMENT_BROKEN'],
  ['has no chapter', '', 'DOCUMENT_EMPTY'],
  ['leads out of itself', item('a', '../../../../etc/passwd'), 'DOCUMENT_BROKEN'],
])('a book that %s is refused', async (_what, items, code) => {
  await expect(read(makeEpub({}, items, ['a']))).rejects.toMatchObject({ code })
})
