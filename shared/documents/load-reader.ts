import type { UnreadableReason } from './errors.ts'
import { isImageType, OFFICE_TYPES } from './media-types.ts'
import type { PageSink } from './page-sink.ts'
import type { TextWriter } from './text-writer.ts'

/** Reads one kind of document, in the reading child. */
export interface DocumentReader {
  /** Throws DocumentUnreadableError, or anything for a file that it does not understand. */
  read(bytes: Uint8Array, writer: TextWriter, pages: PageSink): void | Promise<void>
  /** What an error of `read` that is no DocumentUnreadableError means. */
  whyBroken(error: unknown): UnreadableReason
}

const broken = () => 'broken' as const

/** Loads the reader of a media type, and nothing of the others. Only the reading child does: what readers need stays out of the workers. */
export const loadReader = async (mediaType: string): Promise<DocumentReader> => {
  switch (mediaType) {
    case 'application/pdf': {
      const { readPdf, whyPdfBroken } = await import('./read-pdf.ts')
      return { read: readPdf, whyBroken: whyPdfBroken }
    }
    case OFFICE_TYPES.docx:
      return { read: (await import('./office/docx/read-docx.ts')).readDocx, whyBroken: broken }
    case OFFICE_TYPES.xlsx:
      return { read: (await import('./office/xlsx/read-xlsx.ts')).readXlsx, whyBroken: broken }
    case OFFICE_TYPES.pptx:
      return { read: (await import('./office/pptx/read-pptx.ts')).readPptx, whyBroken: broken }
    case 'application/epub+zip':
      return { read: (await import('./epub/read-epub.ts')).readEpub, whyBroken: broken }
    case 'message/rfc822':
      return { read: (await import('./email/read-email.ts')).readEmail, whyBroken: broken }
    default:
      if (isImageType(mediaType)) return { read: (await import('./read-image.ts')).readImage, whyBroken: broken }
      throw new Error(`no reader for ${mediaType}`)
  }
}
