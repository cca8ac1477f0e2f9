import { textWidth } from './helvetica-widths.ts'

export interface PdfSection {
  title: string
  paragraphs: string[]
}

const PAGE = { width: 420, height: 595 } // A5 in points
const MARGIN = 48
const BODY = { font: 'F1', size: 10.5, leading: 15 }
const HEADING = { font: 'F2', size: 14, leading: 20 }
const COVER = { font: 'F2', size: 24, leading: 32 }
const FOOTER = { font: 'F1', size: 8, leading: 10 }
const PARAGRAPH_GAP = 8
const SECTION_GAP = 18

type Style = typeof BODY
interface PlacedLine {
  text: string
  style: Style
  y: number
}

/**
 * A document of ASCII text as PDF 1.4 (ISO 32000-1 describes the format): pages of lines in Helvetica, written by hand, uncompressed. The same
 * input gives the same bytes.
 */
export const writePdf = (title: string, sections: readonly PdfSection[]): Uint8Array => {
  const pages = layOutPages(title, sections)
  const objects: string[] = []
  const add = (body: string) => objects.push(body)
  const FIRST_PAGE = 6 // objects 1-5: catalog, page tree, two fonts, information
  const pageNumbers = pages.map((_, index) => FIRST_PAGE + index * 2)
  add('<< /Type /Catalog /Pages 2 0 R >>')
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pageNumbers.map((number) => `${number} 0 R`).join(' ')}] >>`)
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>')
  add(`<< /Title ${literal(title)} /Producer (Orrery) >>`)
  for (const [index, lines] of pages.entries()) {
    const footer = { text: `${title}  ${index + 1} / ${pages.length}`, style: FOOTER, y: MARGIN / 2 }
    const content = [...lines, footer].map(drawLine).join('\n')
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${FIRST_PAGE + index * 2 + 1} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
    )
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`)
  }
  return assemble(objects)
}

const layOutPages = (title: string, sections: readonly PdfSection[]): PlacedLine[][] => {
  const pages: PlacedLine[][] = []
  let y = 0
  const newPage = () => {
    pages.push([])
    y = PAGE.height - MARGIN
  }
  const write = (text: string, style: Style) => {
    for (const line of wrap(text, style)) {
      if (y - style.leading < MARGIN) newPage()
      y -= style.leading
      pages.at(-1)?.push({ text: line, style, y })
    }
  }
  newPage()
  write(title, COVER)
  for (const section of sections) {
    y -= SECTION_GAP
    // A heading never stands alone at the foot of a page.
    if (y - HEADING.leading - BODY.leading * 3 < MARGIN) newPage()
    write(section.title, HEADING)
    for (const paragraph of section.paragraphs) {
      y -= PARAGRAPH_GAP
      write(paragraph, BODY)
    }
  }
  return pages
}

const wrap = (text: string, style: Style): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, style.size) > PAGE.width - MARGIN * 2) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

const drawLine = ({ text, style, y }: PlacedLine) =>
  `BT /${style.font} ${style.size} Tf ${MARGIN} ${y} Td ${literal(text)} Tj ET`

const literal = (text: string) => `(${text.replaceAll(/[\\()]/g, (character) => `\\${character}`)})`

/** Header, objects, cross-reference table and trailer, with byte offsets. ASCII, so characters are bytes. */
const assemble = (objects: readonly string[]): Uint8Array => {
  let file = '%PDF-1.4\n'
  const offsets: number[] = []
  for (const [index, body] of objects.entries()) {
    offsets.push(file.length)
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const start = file.length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return new TextEncoder().encode(file)
}
