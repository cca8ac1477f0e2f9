import { AppError } from '#shared/errors/app-error.ts'

export const DOCUMENT_BYTES_MAX = 100_000_000
export const DOCUMENT_PAGES_MAX = 5_000
export const DOCUMENT_CHARACTERS_MAX = 50_000_000
/** A page takes 5 ms as a rule; this is for files that were made to hurt. The time that others take for its pictures does not count. */
export const READ_MS_MAX = 300_000
/** A page that takes longer fails alone. */
export const PAGE_MS_MAX = 30_000
/** Of the process that reads a file, all in all. */
export const READ_MEMORY_BYTES_MAX = 1_500_000_000

/** The file cannot become text. Some of it is told by a look at the file, the rest when it is read. */
export class DocumentUnreadableError extends AppError {
  readonly code: string
  readonly kind: 'invalid' | 'too_large' | 'timeout'
  readonly why: UnreadableReason

  constructor(why: UnreadableReason, details: Record<string, unknown> = {}) {
    const { code, kind, message, remedy } = UNREADABLE[why]
    super(message, { remedy, details })
    this.code = code
    this.kind = kind
    this.why = why
  }
}

export type UnreadableReason = keyof typeof UNREADABLE

const UNREADABLE = {
  empty: {
    code: 'DOCUMENT_EMPTY',
    kind: 'invalid',
    message: 'The file holds no text.',
    remedy: 'Give a file that has text in it.',
  },
  tooLarge: {
    code: 'DOCUMENT_TOO_LARGE',
    kind: 'too_large',
    message: `The file is larger than ${DOCUMENT_BYTES_MAX} bytes, or holds more than ${DOCUMENT_CHARACTERS_MAX} characters.`,
    remedy: 'Divide it into smaller files.',
  },
  unsupported: {
    code: 'DOCUMENT_UNSUPPORTED',
    kind: 'invalid',
    message:
      'The content of the file is none that can be read: PDF, Word (DOCX), Excel (XLSX), PowerPoint (PPTX), EPUB, e-mail, HTML, Markdown, CSV, text, or a picture (PNG, JPEG, WebP, GIF, BMP).',
    remedy: 'Convert it to one of these. The content decides, not the name of the file.',
  },
  archiveUnsupported: {
    code: 'DOCUMENT_ARCHIVE_UNSUPPORTED',
    kind: 'invalid',
    message: 'The file is a ZIP archive, but no document of a kind that can be read.',
    remedy: 'Unpack it and give the documents in it; save other office documents as DOCX, XLSX, PPTX or PDF.',
  },
  oldOffice: {
    code: 'DOCUMENT_OLD_OFFICE',
    kind: 'invalid',
    message: 'The file has an old or binary office format (such as DOC, XLS, PPT, XLSB or MSG), which cannot be read.',
    remedy: 'Open it and save it as DOCX, XLSX or PPTX (a message as EML), and give that.',
  },
  encrypted: {
    code: 'DOCUMENT_ENCRYPTED',
    kind: 'invalid',
    message: 'The file is encrypted or protected by a password.',
    remedy: 'Save a copy without protection and give that.',
  },
  broken: {
    code: 'DOCUMENT_BROKEN',
    kind: 'invalid',
    message: 'The file is damaged or incomplete: its structure cannot be read.',
    remedy: 'Open it in the program that made it, save it anew and give that.',
  },
  expandsTooMuch: {
    code: 'DOCUMENT_EXPANDS_TOO_MUCH',
    kind: 'too_large',
    message: 'The content of the file is far larger than the file, or is nested more deeply than documents are.',
    remedy: 'Save it anew in a simpler form, or divide it.',
  },
  needsOcr: {
    code: 'DOCUMENT_NEEDS_OCR',
    kind: 'invalid',
    message: 'It is a picture: what it says has to be read by text recognition (OCR).',
    remedy: 'Set an OCR model for the base and retry; or run it through text recognition yourself and give the result.',
  },
  pdfEncrypted: {
    code: 'DOCUMENT_PDF_ENCRYPTED',
    kind: 'invalid',
    message: 'The PDF is protected by a password.',
    remedy: 'Save a copy without a password and give that.',
  },
  pdfBroken: {
    code: 'DOCUMENT_PDF_BROKEN',
    kind: 'invalid',
    message: 'The PDF is damaged: its structure cannot be read.',
    remedy: 'Open it in a PDF program, save it anew and give that.',
  },
  pdfWithoutText: {
    code: 'DOCUMENT_PDF_WITHOUT_TEXT',
    kind: 'invalid',
    message: 'The PDF has pages but no text: they are scanned images, or fonts without a character map.',
    remedy: 'Run it through text recognition (OCR) and give the result.',
  },
  tooManyPages: {
    code: 'DOCUMENT_PAGES_TOO_MANY',
    kind: 'too_large',
    message: `The file has more than ${DOCUMENT_PAGES_MAX} pages.`,
    remedy: 'Divide it into smaller files.',
  },
  pageBroken: {
    code: 'DOCUMENT_PAGE_BROKEN',
    kind: 'invalid',
    message: 'The page is damaged: its content cannot be read.',
    remedy: 'Open the file in the program that made it, save it anew and give that.',
  },
  pageTooSlow: {
    code: 'DOCUMENT_PAGE_TIMEOUT',
    kind: 'timeout',
    message: `Reading the page took longer than ${PAGE_MS_MAX / 1000} seconds, or ended the process that read it.`,
    remedy: 'Retry the page; if it fails again, save the file anew in a simpler form and give that.',
  },
  imageBroken: {
    code: 'DOCUMENT_IMAGE_BROKEN',
    kind: 'invalid',
    message: 'The picture is damaged or incomplete.',
    remedy: 'Open it in a program for pictures, save it anew as PNG or JPEG and give that.',
  },
  imageTooLarge: {
    code: 'DOCUMENT_IMAGE_TOO_LARGE',
    kind: 'too_large',
    message: 'The picture has more pixels than are opened.',
    remedy: 'Save it with fewer pixels: a sheet of paper is read well at 300 dpi.',
  },
  imageUnsupported: {
    code: 'DOCUMENT_IMAGE_UNSUPPORTED',
    kind: 'invalid',
    message: 'The picture has a format that is not opened here (such as TIFF, HEIC, AVIF or JPEG XL).',
    remedy: 'Save it as PNG or JPEG and give that.',
  },
  tooSlow: {
    code: 'DOCUMENT_READ_TIMEOUT',
    kind: 'timeout',
    message: `Reading the file took longer than ${READ_MS_MAX / 1000} seconds, or needed too much memory.`,
    remedy: 'Save it anew in a simpler form, or divide it.',
  },
} as const

export const isUnreadableReason = (why: string): why is UnreadableReason => Object.hasOwn(UNREADABLE, why)
