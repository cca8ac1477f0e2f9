import { getDocumentProxy } from 'unpdf'
import { makeCjkCharacterMap } from './cjk-character-map.ts'
import { DOCUMENT_PAGES_MAX, DocumentUnreadableError, type UnreadableReason } from './errors.ts'
import type { PageSink } from './page-sink.ts'
import { joinPageText, type TextItem } from './page-text.ts'
import { findPageImage, type PdfPage } from './pdf-page-image.ts'
import { IMAGE_PIXELS_MAX } from './read-image.ts'
import type { TextWriter } from './text-writer.ts'

/**
 * Where nobody reads pictures, so many pages without text are looked at for one, which takes long; after that those without text count as what
 * these were.
 */
const LOOKED_AT_MAX = 20
/** Never fetched: the parser wants to have one. */
const MAPS_URL = 'maps/'

/**
 * Reads the text layer of a PDF, page by page. A page that cannot be read fails alone; one without text whose content is a picture is handed over
 * as that.
 */
export const readPdf = async (bytes: Uint8Array, writer: TextWriter, pages: PageSink): Promise<void> => {
  // verbosity 0: the parser prints its warnings to standard output.
  const maps = { BinaryDataFactory: CharacterMaps, cMapUrl: MAPS_URL, cMapPacked: false }
  const pdf = await getDocumentProxy(bytes, { verbosity: 0, maxImageSize: IMAGE_PIXELS_MAX, ...maps })
  if (pdf.numPages > DOCUMENT_PAGES_MAX) throw new DocumentUnreadableError('tooManyPages')
  writer.progress(pages.firstPage - 1, pdf.numPages)
  let hasContent = pages.firstPage > 1
  const handOver = createHandOver(pages)
  for (let number = pages.firstPage; number <= pdf.numPages; number++) {
    writer.startPage()
    try {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      const text = joinPageText(items.flatMap(toTextItem))
      if (text.trim() !== '') {
        hasContent = true
        writer.write({ text })
      } else if (await handOver(number, page)) {
        hasContent = true
      }
      page.cleanup()
    } catch (error) {
      hasContent = true
      failPage(pages, number, error)
    }
    writer.progress(number, pdf.numPages)
  }
  if (!hasContent) throw new DocumentUnreadableError('pdfWithoutText')
}

/** Gives the parser what it has no files of: character maps of fonts that embed none. */
class CharacterMaps {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const map = kind === 'cMapUrl' ? makeCjkCharacterMap(filename) : undefined
    if (!map) throw new Error(`there is no ${filename} here`)
    return map
  }
}

export const whyPdfBroken = (error: unknown): UnreadableReason =>
  error instanceof Error && error.name === 'PasswordException' ? 'pdfEncrypted' : 'pdfBroken'

/** Hands over what a page without text shows. False for a page that shows nothing. */
const createHandOver = (pages: PageSink) => {
  const showsImage = createGuess()
  return async (number: number, page: PdfPage): Promise<boolean> => {
    if (pages.takesImages && !pages.isKnown(number)) {
      const found = await findPageImage(page)
      if (found) await pages.image(number, await found.load())
      return found !== undefined
    }
    const shows = pages.isKnown(number) || (await showsImage(page))
    if (shows) pages.failed(number, 'needsOcr')
    return shows
  }
}

/** Whether a page shows a picture: looks at the first ones, and takes the others for what most of these were. */
const createGuess = () => {
  let lookedAt = 0
  let shown = 0
  return async (page: PdfPage): Promise<boolean> => {
    if (lookedAt >= LOOKED_AT_MAX) return 2 * shown >= lookedAt
    lookedAt += 1
    const shows = (await findPageImage(page)) !== undefined
    if (shows) shown += 1
    return shows
  }
}

/** What is wrong with all of the document is thrown again. */
const failPage = (pages: PageSink, number: number, error: unknown): void => {
  if (!(error instanceof DocumentUnreadableError)) {
    pages.failed(number, 'pageBroken', error instanceof Error ? error.message : String(error))
    return
  }
  if (!error.code.startsWith('DOCUMENT_IMAGE_')) throw error
  pages.failed(number, error.why, String(error.details.reason ?? ''))
}

/** The parser's items: text pieces, and marks of tagged content, which say nothing here. */
const toTextItem = (item: object): TextItem[] => {
  if (!('str' in item && 'transform' in item && 'height' in item && 'hasEOL' in item)) return []
  const transform = item.transform as number[]
  // The transform's second column scales letters; `height` is 0 for items that only break a line.
  const height = Number(item.height) || Math.hypot(transform[2] ?? 0, transform[3] ?? 0)
  return [{ text: String(item.str), y: transform[5] ?? 0, height, endsLine: Boolean(item.hasEOL) }]
}
