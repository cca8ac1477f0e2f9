import { describe, expect, test } from 'bun:test'
import { decodeText } from './decode-text.ts'
import { detectMediaType } from './detect-media-type.ts'
import { pageAt } from './document-text.ts'
import { joinPageText, type TextItem } from './page-text.ts'
import { isTable, joinCsvRows } from './read-csv.ts'
import { readHtml } from './read-html.ts'
import { findHeadings } from './read-markdown.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const codeOf = async (run: () => unknown) => {
  try {
    return await run()
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('what a file is', () => {
  test.each([
    ['%PDF-1.7 …', 'notes.txt', 'application/pdf'],
    ['\n\n%PDF-1.4', 'x', 'application/pdf'],
    ['plain words', 'report.pdf', 'text/plain'],
    ['plain words', 'readme.md', 'text/markdown'],
    ['# Title\n\nwords', 'readme.txt', 'text/markdown'],
    ['<!DOCTYPE html><p>hi', 'page.txt', 'text/html'],
    ['<!-- a --> <html><p>hi', 'page', 'text/html'],
    ['a,b\n1,2', 'rows.csv', 'text/csv'],
    ['Prose, with commas.\nNo rows', 'rows.csv', 'text/plain'],
    ['From: a@example.com\r\nSubject: Hi\r\nTo: b@example.com\r\n\r\nHi', 'mail.txt', 'message/rfc822'],
    ['From: the desk\nSubject: words\n\nno mail', 'memo.eml', 'text/plain'],
  ])('is told by its content: %j named %s is %s', async (content, name, expected) => {
    expect(await detectMediaType(bytes(content), name)).toBe(expected as 'text/plain')
  })

  test.each([
    ['\x89PNG\r\n\x1a\n\0\0', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF89a....', 'image/gif'],
    ['RIFF....WEBPVP8 ', 'image/webp'],
    ['BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'image/bmp'],
  ])('is a picture by its first bytes, whatever its name: %j is %s', async (start, expected) => {
    expect(await detectMediaType(Buffer.from(start, 'latin1'), 'a.md')).toBe(expected as 'image/png')
  })

  test('text that begins like a picture is text', async () => {
    expect(await detectMediaType(bytes('BMW builds cars and motorcycles.'), 'a.txt')).toBe('text/plain')
  })

  test('half an archive, a program, a picture that nobody opens and nothing at all are refused', async () => {
    expect(await codeOf(() => detectMediaType(bytes('PK\u0003\u0004\0\0'), 'a.txt'))).toBe('DOCUMENT_BROKEN')
    expect(await codeOf(() => detectMediaType(bytes('\u007fELF\u0002\u0001\0\0'), 'a.docx'))).toBe(
      'DOCUMENT_UNSUPPORTED',
    )
    expect(await codeOf(() => detectMediaType(Buffer.from('II*\0....', 'latin1'), 'a.tiff'))).toBe(
      'DOCUMENT_IMAGE_UNSUPPORTED',
    )
    expect(await codeOf(() => detectMediaType(bytes(' \n'), 'a.md'))).toBe('DOCUMENT_EMPTY')
  })

  test('a file over the limit is refused before it is looked at', async () => {
    const huge = { byteLength: 100_000_001 } as Uint8Array
    expect(await codeOf(() => detectMediaType(huge, 'a.txt'))).toBe('DOCUMENT_TOO_LARGE')
  })
})

test('text is read as UTF-8, UTF-16 with a mark, or GB 18030, with line ends made one', () => {
  expect(decodeText(bytes('\ufeffé\r\nb\rc'))).toBe('é\nb\nc')
  expect(decodeText(new Uint8Array([0xff, 0xfe, 0x57, 0x5f]))).toBe('彗')
  expect(decodeText(new Uint8Array([0xfe, 0xff, 0x5f, 0x57]))).toBe('彗')
  expect(decodeText(new Uint8Array([0xd6, 0xd0, 0xce, 0xc4]))).toBe('中文')
})

test.each(['Müller;Zürich;5 €', 'Le café a fermé à midi, déjà.', 'naïve', 'ÅNGSTRÖM 3 ½'])(
  'text of Western Europe in its old encoding is no Chinese: %s',
  (text) => {
    const euro = text.replaceAll('€', '\x80')
    expect(decodeText(new Uint8Array(Buffer.from(euro, 'latin1')))).toBe(text)
  },
)

test('rows of a table stay whole: a line end within quotes is a space', () => {
  expect(joinCsvRows('a,"b\nc ""d""\n",e\nf,g,h')).toBe('a,"b c ""d"" ",e\nf,g,h')
  expect(joinCsvRows('5" wide\nnext')).toBe('5" wide\nnext')
})

test.each([
  ['a,b\n1,2\n', true],
  ['a;b;c\n"1;x";2;3', true],
  ['a\tb\n1\t2', true],
  ['One line, with a comma.\nAnother one, with one, or two.', false],
  ['only\none\ncolumn', false],
])('rows with the same number of fields make a table: %j', (text, expected) => {
  expect(isTable(text)).toBe(expected)
})

test('headings are found outside fenced code, with their level and place', () => {
  const text = '# A #\n\n```sh\n# not one\n```\n~~~\n# nor this\n~~~\n### B c\n#no\n####### seven'
  expect(findHeadings(text)).toEqual([
    { offset: 0, level: 1, title: 'A' },
    { offset: text.indexOf('### B'), level: 3, title: 'B c' },
  ])
})

test('HTML gives what a reader sees, with headings at their place', async () => {
  const document = await readHtml(
    '<html><head><title>T</title><style>p{}</style></head><body><h1>Sky &amp; <b>stars</b></h1><script>alert(1)</script>' +
      '<p>One&nbsp;two<br>three</p><ul><li>first<li>second</ul><h2></h2><h2>End</h2>&#x5f57; &#9999999; &unknown; &Uuml;b&eacute;r &mdash;</body>',
  )
  expect(document.text).toBe('T\n\nSky & stars\n\nOne two\nthree\n\nfirst\n\nsecond\n\nEnd\n\n彗 &unknown; Übér —')
  expect(document.headings).toEqual([
    { offset: document.text.indexOf('Sky'), level: 1, title: 'Sky & stars' },
    { offset: document.text.indexOf('End'), level: 2, title: 'End' },
  ])
})

describe('lines of a PDF page', () => {
  const line = (text: string, y: number, height = 10): TextItem => ({ text, y, height, endsLine: true })

  test('of one paragraph are joined, so that a sentence can be found whole', () => {
    expect(joinPageText([line('A comet was', 100), line('seen at night.', 88)])).toBe('A comet was seen at night.')
    expect(joinPageText([line('An obser-', 100), line('vatory', 88)])).toBe('An observatory')
    expect(joinPageText([line('彗星的', 100), line('轨道', 88)])).toBe('彗星的轨道')
  })

  test('are parted where a gap, another size or a jump upwards begins a paragraph', () => {
    expect(joinPageText([line('One.', 100), line('Two.', 70)])).toBe('One.\n\nTwo.')
    expect(joinPageText([line('Title', 100, 16), line('Text.', 84)])).toBe('Title\n\nText.')
    expect(joinPageText([line('Left end.', 20), line('Right begin.', 700)])).toBe('Left end.\n\nRight begin.')
  })

  test('in pieces on one baseline stay one line', () => {
    const piece = (text: string): TextItem => ({ text, y: 100, height: 10, endsLine: false })
    expect(joinPageText([piece('com'), piece('et'), piece(' '), piece('tail')])).toBe('comet tail')
  })
})

test('a place in the text knows its page', () => {
  expect([0, 9, 10, 24, 25, 99].map((offset) => pageAt([0, 10, 25], offset))).toEqual([1, 1, 2, 2, 3, 3])
  expect(pageAt([], 5)).toBeNull()
})
