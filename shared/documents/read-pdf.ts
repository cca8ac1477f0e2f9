import { getDocumentProxy } from 'unpdf'
import { DOCUMENT_PAGES_MAX, DocumentUnreadableError, type UnreadableReason } from './errors.ts'
import { joinPageText, type TextItem } from './page-text.ts'
import type { TextWriter } from './text-writer.ts'

/** Reads the text layer of a PDF, page by page. */
export const readPdf = async (bytes: Uint8Array, writer: TextWriter): Promise<void> => {
  // verbosity 0: the parser prints its warnings to standard output.
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 })
  if (pdf.numPages > DOCUMENT_PAGES_MAX) throw new DocumentUnreadableError('tooManyPages')
  let hasText = false
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    const text = joinPageText(items.flatMap(toTextItem))
    hasText ||= text.trim() !== ''
    writer.startPage()
    writer.write({ text })
    writer.progress(number, pdf.numPages)
    page.cleanup()
  }
  if (!hasText) throw new DocumentUnreadableError('pdfWithoutText')
}

export const whyPdfBroken = (error: unknown): UnreadableReason =>
  error instanceof Error && error.name === 'PasswordException' ? 'pdfEncrypted' : 'pdfBroken'

/** The parser's items: text pieces, and marks of tagged content, which say nothing here. */
const toTextItem = (item: object): TextItem[] => {
  if (!('str' in item && 'transform' in item && 'height' in item && 'hasEOL' in item)) return []
  const transform = item.transform as number[]
  // The transform's second column scales letters; `height` is 0 for items that only break a line.
  const height = Number(item.height) || Math.hypot(transform[2] ?? 0, transform[3] ?? 0)
  return [{ text: String(item.str), y: transform[5] ?? 0, height, endsLine: Boolean(item.hasEOL) }]
}
