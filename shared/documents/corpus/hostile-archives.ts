import { makeDocx, makeZip, packageEntries, paragraph, part, relations, XML_START } from './office-file.ts'

/** Of the end of a ZIP archive's directory, and of its places in it (APPNOTE.TXT 4.3.16). */
const END_BYTES = 22
const END_COUNT = 10
const END_SIZE = 12
const END_OFFSET = 16
/** Of a record of the directory (APPNOTE.TXT 4.3.12). */
const RECORD_BYTES = 46
const RECORD_FLAGS = 8
const RECORD_EXPANDED = 24
const RECORD_NAME = 28

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Where the records of an archive's directory begin. */
const recordsOf = (bytes: Uint8Array): { starts: number[]; end: number } => {
  const view = viewOf(bytes)
  const end = bytes.byteLength - END_BYTES
  const starts: number[] = []
  for (let at = view.getUint32(end + END_OFFSET, true); at < end; ) {
    starts.push(at)
    at += RECORD_BYTES + view.getUint16(at + RECORD_NAME, true) + view.getUint16(at + RECORD_NAME + 2, true)
  }
  return { starts, end }
}

/** A document of spaces that is a thousand times as large as its archive. */
export const flatBomb = (megabytes: number): Uint8Array<ArrayBuffer> =>
  makeDocx(paragraph(' '.repeat(megabytes * 1_000_000)))

/** The same, whose directory says that every entry has 100 bytes. */
export const lyingBomb = (megabytes: number): Uint8Array<ArrayBuffer> => {
  const bytes = flatBomb(megabytes)
  for (const start of recordsOf(bytes).starts) viewOf(bytes).setUint32(start + RECORD_EXPANDED, 100, true)
  return bytes
}

/** An archive whose directory lists its last entry so often that the copies need more room than there is. */
export const overlappingEntries = (copies: number): Uint8Array<ArrayBuffer> => {
  const bytes = makeDocx(paragraph('x'), { 'word/z0000000.xml': part('w:x', 'y'.repeat(1000)) })
  const { starts, end } = recordsOf(bytes)
  const record = bytes.subarray(starts.at(-1), end)
  const added = Array.from({ length: copies }, (_, index) => {
    const copy = record.slice()
    copy.set(new TextEncoder().encode(String(index).padStart(7, '0')), RECORD_BYTES + 'word/z'.length)
    copy[RECORD_BYTES + 'word/'.length] = 'y'.charCodeAt(0)
    return copy
  })
  const bomb = new Uint8Array(Buffer.concat([bytes.subarray(0, end), ...added, bytes.subarray(end)]))
  const view = viewOf(bomb)
  const newEnd = bomb.byteLength - END_BYTES
  view.setUint16(newEnd + END_COUNT - 2, starts.length + copies, true)
  view.setUint16(newEnd + END_COUNT, starts.length + copies, true)
  view.setUint32(newEnd + END_SIZE, newEnd - view.getUint32(newEnd + END_OFFSET, true), true)
  return bomb
}

/** An archive whose last entry needs a password, as its directory says. */
export const withPassword = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const at = (recordsOf(bytes).starts.at(-1) ?? 0) + RECORD_FLAGS
  viewOf(bytes).setUint16(at, 1, true)
  return bytes
}

/** An archive whose directory begins somewhere else than it says. */
export const misplacedDirectory = (): Uint8Array<ArrayBuffer> => {
  const bytes = makeDocx(paragraph('x'))
  viewOf(bytes).setUint32(bytes.byteLength - END_BYTES + END_OFFSET, 7, true)
  return bytes
}

/** A directory that lists an entry which the archive does not have. */
export const missingEntry = (): Uint8Array<ArrayBuffer> => {
  const bytes = makeDocx(paragraph('x'))
  const name = Buffer.from(bytes.buffer).indexOf('word/document.xml')
  bytes[name] = 'v'.charCodeAt(0)
  return bytes
}

export const documentWithDoctype = (doctype: string, text: string): Uint8Array<ArrayBuffer> =>
  makeZip({
    ...packageEntries('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': `${XML_START}${doctype}<w:document xmlns:w="x"><w:body>${paragraph(text)}</w:body></w:document>`,
  })

/** Entities of ten entities each: ten to the ninth laughs. */
export const billionLaughs = (): Uint8Array<ArrayBuffer> => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const inner = level === 0 ? 'ha' : `&l${level - 1};`.repeat(10)
    return `<!ENTITY l${level} "${inner}">`
  })
  return documentWithDoctype(`<!DOCTYPE w:document [${levels.join('')}]>`, '&l8;')
}

export const deepXml = (depth: number): Uint8Array<ArrayBuffer> =>
  makeDocx(`${'<w:sdt>'.repeat(depth)}${'</w:sdt>'.repeat(depth)}`)

/** A workbook whose cells show one long text again and again. */
export const repeatedString = (characters: number, cells: number): Uint8Array<ArrayBuffer> =>
  makeZip({
    ...packageEntries('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': part('workbook', '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'),
    'xl/_rels/workbook.xml.rels': relations(
      ['rId1', 'worksheet', 'sheet.xml'],
      ['rId2', 'sharedStrings', 'sharedStrings.xml'],
    ),
    'xl/sharedStrings.xml': part('sst', `<si><t>${'x'.repeat(characters)}</t></si>`),
    'xl/sheet.xml': part('worksheet', `<sheetData>${'<row><c t="s"><v>0</v></c></row>'.repeat(cells)}</sheetData>`),
  })
