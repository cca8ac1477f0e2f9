import { strToU8, type Zippable, zipSync } from 'fflate'

/** Namespaces of the parts below; the test's XML uses their usual prefixes. */
const NAMESPACES =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ' +
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'

export const XML_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

/** An archive of named texts or bytes. */
export const makeZip = (entries: Record<string, string | Uint8Array>, level: 0 | 6 = 6): Uint8Array<ArrayBuffer> => {
  const zippable: Zippable = {}
  for (const [name, content] of Object.entries(entries)) {
    zippable[name] = [typeof content === 'string' ? strToU8(content) : content, { level }]
  }
  return new Uint8Array(zipSync(zippable))
}

/** An element with the namespaces that office files use. */
export const part = (name: string, content: string): string => `${XML_START}<${name} ${NAMESPACES}>${content}</${name}>`

/** Relations of a part: id, last piece of the type's address, target, and whether it lies outside. */
export const relations = (...list: [id: string, type: string, target: string, mode?: 'External'][]): string =>
  `${XML_START}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(
      ([id, type, target, mode]) =>
        `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"${mode ? ` TargetMode="${mode}"` : ''}/>`,
    )
    .join('')}</Relationships>`

const contentTypes = (mainPart: string, type: string) =>
  `${XML_START}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
  `<Override PartName="/${mainPart}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`

/** The entries that make an archive an office file, for its main part and that part's content type. */
export const packageEntries = (mainPart: string, type: string): Record<string, string> => ({
  '[Content_Types].xml': contentTypes(mainPart, type),
  '_rels/.rels': relations(['rId1', 'officeDocument', mainPart]),
})

/** A DOCX with this body, and further parts. */
export const makeDocx = (body: string, parts: Record<string, string | Uint8Array> = {}): Uint8Array<ArrayBuffer> =>
  makeZip({
    ...packageEntries('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': part('w:document', `<w:body>${body}</w:body>`),
    'word/_rels/document.xml.rels': relations(
      ['rId1', 'styles', 'styles.xml'],
      ['rId2', 'numbering', 'numbering.xml'],
      ['rId3', 'footnotes', '/word/footnotes.xml'],
      ['rId4', 'hyperlink', 'https://example.com/never-fetched', 'External'],
    ),
    ...parts,
  })

/** A paragraph: its text, and what its properties hold. */
export const paragraph = (text: string, properties = ''): string =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`
