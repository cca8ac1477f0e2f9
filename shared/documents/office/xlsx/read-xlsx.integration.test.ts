import { expect, test } from 'bun:test'
import { makeZip, packageEntries, part, relations } from '../../corpus/office-file.ts'
import { detectMediaType } from '../../detect-media-type.ts'
import { readDocumentBytes } from '../../read-document-bytes.ts'

const read = async (bytes: Uint8Array) =>
  readDocumentBytes(bytes, await detectMediaType(bytes, 'x'), AbortSignal.timeout(30_000))

const STYLES = part(
  'styleSheet',
  '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\ mmm&quot;day&quot;\\ yyyy;@"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="10"/><xf numFmtId="165"/></cellXfs>',
)
const STRINGS = part(
  'sst',
  '<si><t>Comet</t></si><si><r><t xml:space="preserve">Re</t></r><r><t>turn</t></r><rPh sb="0" eb="1"><t>reading</t></rPh></si><si><t>a | b\nc</t></si>',
)

const makeXlsx = (sheets: Record<string, string>, workbook = '') => {
  const names = Object.keys(sheets)
  return makeZip({
    ...packageEntries('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': part(
      'workbook',
      `${workbook}<sheets>${names.map((name, index) => `<sheet name="${name}" sheetId="${index + 9}" r:id="rId${index}"/>`).join('')}</sheets>`,
    ),
    'xl/_rels/workbook.xml.rels': relations(
      ['s', 'styles', 'styles.xml'],
      ['t', 'sharedStrings', '/xl/sharedStrings.xml'],
      ...names.map(
        (_, index) => [`rId${index}`, 'worksheet', `worksheets/sheet${index}.xml`] as [string, string, string],
      ),
    ),
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': STRINGS,
    ...Object.fromEntries(
      names.map((name, index) => [
        `xl/worksheets/sheet${index}.xml`,
        part('worksheet', `<sheetData>${sheets[name]}</sheetData>`),
      ]),
    ),
  })
}

test('a workbook gives each sheet as a heading with its rows: texts, numbers, dates, results of formulas', async () => {
  const document = await read(
    makeXlsx({
      'Orbits &amp; more':
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="D2" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c></row>' +
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" s="1"><v>45352</v></c><c r="C3" s="2"><v>45352.75</v></c><c r="D3" s="3"><v>45352.75</v></c></row>' +
        '<row r="4"><c r="A4"><v>0.30000000000000004</v></c><c r="B4" s="4"><v>0.125</v></c><c r="C4" t="b"><v>1</v></c><c r="D4" t="e"><v>#DIV/0!</v></c></row>' +
        '<row r="5"><c r="A5"><f>SUM(A1:A4)</f><v>7.5</v></c><c r="B5" t="str"><f>A1&amp;"x"</f><v>7x</v></c><c r="C5" s="5"><v>1.5</v></c><c r="E5" s="1"/></row>' +
        '<row r="8"><c><v>1</v></c><c><v>2</v></c></row>',
      Empty: '<row r="1"><c r="A1" s="1"/></row>',
      Last: '<row><c t="inlineStr"><is><t>only</t></is></c></row>',
    }),
  )
  expect(document.text).toBe(
    [
      'Orbits & more',
      [
        '| Comet | Return |  | inline |',
        '| --- | --- | --- | --- |',
        '| a \\| b c | 2024-03-01 | 2024-03-01 | 2024-03-01 18:00 |',
        '| 0.3 | 12.5% | TRUE | #DIV/0! |',
        '| 7.5 | 7x | 36:00 |',
      ].join('\n'),
      '| 1 | 2 |\n| --- | --- |',
      'Last',
      '| only |\n| --- |',
    ].join('\n\n'),
  )
  expect(document.headings).toEqual([
    { offset: 0, level: 1, title: 'Orbits & more' },
    { offset: document.text.indexOf('Last'), level: 1, title: 'Last' },
  ])
  expect(document.pageStarts).toEqual([])
})

test('a workbook that counts its days from 1904 gives the same dates', async () => {
  const sheet = '<row r="1"><c r="A1" s="1"><v>43890</v></c></row>'
  expect((await read(makeXlsx({ S: sheet }, '<workbookPr date1904="1"/>'))).text).toContain('| 2024-03-01 |')
})

test('a workbook without a value is empty', async () => {
  await expect(read(makeXlsx({ S: '' }))).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' })
})
