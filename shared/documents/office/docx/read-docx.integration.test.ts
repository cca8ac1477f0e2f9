import { expect, test } from 'bun:test'
import { makeDocx, paragraph, part } from '../../corpus/office-file.ts'
import { detectMediaType } from '../../detect-media-type.ts'
import { pageAt } from '../../document-text.ts'
import { readDocumentBytes } from '../../read-document-bytes.ts'

const read = async (bytes: Uint8Array) =>
  readDocumentBytes(bytes, await detectMediaType(bytes, 'named.pdf'), AbortSignal.timeout(30_000))

const STYLES = part(
  'w:styles',
  '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Ueberschrift2"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Special"><w:name w:val="Special"/><w:basedOn w:val="Ueberschrift2"/></w:style>' +
    '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>',
)
const level = (at: number, format: string, text: string) =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`
const NUMBERING = part(
  'w:numbering',
  `<w:abstractNum w:abstractNumId="7">${level(0, 'decimal', '%1.')}${level(1, 'lowerLetter', '%1.%2)')}</w:abstractNum>` +
    `<w:abstractNum w:abstractNumId="8">${level(0, 'bullet', '•')}</w:abstractNum>` +
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>',
)
const FOOTNOTES = part(
  'w:footnotes',
  `<w:footnote w:type="separator" w:id="-1">${paragraph('---')}</w:footnote>` +
    `<w:footnote w:id="5">${paragraph('Seen in 1682.')}</w:footnote><w:footnote w:id="6">${paragraph('Nobody asks.')}</w:footnote>`,
)
const item = (text: string, numbering: number, at = 0) =>
  paragraph(text, `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${numbering}"/></w:numPr>`)
const cell = (text: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`

test('a Word document gives its text in reading order: headings, lists, tables and notes', async () => {
  const document = await read(
    makeDocx(
      paragraph('Comets', '<w:pStyle w:val="Base"/>') +
        '<w:p><w:r><w:t>A co</w:t></w:r><w:r><w:t>met</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del>' +
        '<w:ins><w:r><w:t> returns &amp; leaves</w:t></w:r></w:ins><w:r><w:tab/><w:t>.</w:t><w:br/><w:t>Next line</w:t></w:r></w:p>' +
        paragraph('Orbits', '<w:pStyle w:val="Special"/>') +
        item('First', 1) +
        item('Inner', 1, 1) +
        item('Second', 1) +
        item('Loose', 2) +
        paragraph('Own level', '<w:outlineLvl w:val="2"/>') +
        paragraph('Looped', '<w:pStyle w:val="Loop"/>') +
        `<w:tbl><w:tr>${cell('Name')}${cell('Years | about', '<w:gridSpan w:val="2"/>')}</w:tr><w:tr>${cell('Halley')}${cell('76')}<w:tc>${paragraph('a')}${paragraph('b')}</w:tc></w:tr></w:tbl>` +
        `<w:tbl><w:tr>${cell('Boxed text')}</w:tr></w:tbl>` +
        '<w:p><w:r><w:t>Anchor</w:t><mc:AlternateContent><mc:Choice Requires="wps"><w:txbxContent>' +
        `${paragraph('In the box')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>${paragraph('In the box')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
      { 'word/styles.xml': STYLES, 'word/numbering.xml': NUMBERING, 'word/footnotes.xml': FOOTNOTES },
    ),
  )
  expect(document.text).toBe(
    [
      'Comets',
      'A comet[^1] returns & leaves\t.\nNext line',
      'Orbits',
      '1. First\n  1.a) Inner\n2. Second\n- Loose',
      'Own level',
      'Looped',
      '| Name | Years \\| about |  |\n| --- | --- | --- |\n| Halley | 76 | a b |',
      'Boxed text',
      'Anchor',
      'In the box',
      '[^1]: Seen in 1682.',
    ].join('\n\n'),
  )
  expect(document.headings).toEqual([
    { offset: 0, level: 1, title: 'Comets' },
    { offset: document.text.indexOf('Orbits'), level: 2, title: 'Orbits' },
    { offset: document.text.indexOf('Own level'), level: 3, title: 'Own level' },
  ])
  expect(document.pageStarts).toEqual([])
})

test('pages begin where the program noted them and where somebody broke them, and a break with its note is one', async () => {
  const rendered = '<w:r><w:lastRenderedPageBreak/></w:r>'
  const hard = '<w:r><w:br w:type="page"/></w:r>'
  const document = await read(
    makeDocx(
      paragraph('One begins') +
        `<w:p><w:r><w:t>goes on </w:t></w:r>${rendered}<w:r><w:t>over two</w:t></w:r></w:p>` +
        `<w:p>${hard}</w:p><w:p>${rendered}<w:r><w:t>Three</w:t></w:r></w:p>` +
        paragraph('Four', '<w:pageBreakBefore/>') +
        paragraph('still four', '<w:pageBreakBefore w:val="0"/>') +
        `<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr><w:tr><w:tc><w:p>${rendered}<w:r><w:t>five</w:t></w:r></w:p></w:tc>${cell('d')}</w:tr></w:tbl>`,
    ),
  )
  const pageOf = (text: string) => pageAt(document.pageStarts, document.text.indexOf(text))
  expect(['One', 'goes on', 'over two', 'Three', 'Four', 'still four', '| a', '| five'].map(pageOf)).toEqual([
    1, 1, 2, 3, 4, 4, 4, 5,
  ])
  expect(document.pageStarts).toHaveLength(5)
})

test('a Word document without text is empty, and one of pictures alone needs text recognition', async () => {
  await expect(read(makeDocx('<w:p/>'))).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' })
  await expect(read(makeDocx('<w:p/>', { 'word/media/image1.png': new Uint8Array(9) }))).rejects.toMatchObject({
    code: 'DOCUMENT_NEEDS_OCR',
  })
})

test('a program error in one part of the file names that part', async () => {
  await expect(read(makeDocx('<w:p><w:r></w:p>'))).rejects.toMatchObject({
    code: 'DOCUMENT_BROKEN',
    details: { reason: expect.stringContaining('word/document.xml') },
  })
})
