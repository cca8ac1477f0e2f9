import { addPages, createPdfFile, type PdfFile } from './pdf-file.ts'

/** A page of a test's PDF: words, a scan (a picture of so many pixels), nothing, something that no page can be, or far too much of everything. */
export type MixedPage =
  | { words: string }
  | { scan: { width: number; height: number; as?: 'gray' | 'bits' } }
  | 'blank'
  | 'broken'
  | 'endless'

/** Enough text to keep a reader busy for seconds. */
const ENDLESS_PIECES = 400_000

/** A PDF of pages of every kind. */
export const makeMixedPdf = (pages: readonly MixedPage[]): Uint8Array<ArrayBuffer> => {
  const file = createPdfFile()
  const font = file.add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>')
  const texts = `/Resources<</Font<</F1 ${font} 0 R>>>>`
  return file.finish(
    addPages(
      file,
      pages.map((page) => {
        if (page === 'blank') return ''
        if (page === 'broken') return undefined
        if (page === 'endless') {
          const pieces = Array.from({ length: ENDLESS_PIECES }, (_, at) => `(${at})Tj`).join(' ')
          return `/Contents ${file.addStream(`BT/F1 12 Tf ${pieces} ET`, { deflate: true })} 0 R${texts}`
        }
        if ('words' in page) {
          return `/Contents ${file.addStream(`BT/F1 12 Tf 72 700 Td(${page.words})Tj ET`)} 0 R${texts}`
        }
        const image = addScan(file, page.scan)
        return `/Contents ${file.addStream('q 612 0 0 792 0 0 cm/Im1 Do Q')} 0 R/Resources<</XObject<</Im1 ${image} 0 R>>>>`
      }),
    ),
  )
}

/** A picture with a black bar on white, so that it has something to see. */
const addScan = (
  file: PdfFile,
  { width, height, as = 'gray' }: { width: number; height: number; as?: 'gray' | 'bits' },
): number => {
  const rowBytes = as === 'gray' ? width : Math.ceil(width / 8)
  const pixels = new Uint8Array(rowBytes * height).fill(255)
  pixels.fill(0, Math.floor(height / 3) * rowBytes, Math.floor(height / 2) * rowBytes)
  return file.addStream(pixels, {
    deflate: true,
    dictionary: `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceGray/BitsPerComponent ${as === 'gray' ? 8 : 1}`,
  })
}
