import { AppError } from '#shared/errors/app-error.ts'

export const DOCUMENT_BYTES_MAX = 100_000_000
export const DOCUMENT_PAGES_MAX = 5_000
export const DOCUMENT_CHARACTERS_MAX = 50_000_000
/** A page takes 10 ms as a rule; this is for files that were made to hurt. */
export const READ_MS_MAX = 300_000

/** The file cannot become text. Some of it is told by a look at the file, the rest when it is read. */
export class DocumentUnreadableError extends AppError {
  readonly code: string
  readonly kind: 'invalid' | 'too_large' | 'timeout'

  constructor(why: keyof typeof UNREADABLE, details: Record<string, unknown> = {}) {
    const { code, kind, message, remedy } = UNREADABLE[why]
    super(message, { remedy, details })
    this.code = code
    this.kind = kind
  }
}

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
    message: 'The content of the file is neither text, Markdown, HTML nor PDF.',
    remedy: 'Convert it to one of these. The content decides, not the name of the file.',
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
  tooSlow: {
    code: 'DOCUMENT_READ_TIMEOUT',
    kind: 'timeout',
    message: `Reading the file took longer than ${READ_MS_MAX / 1000} seconds, or needed too much memory.`,
    remedy: 'Save it anew in a simpler form, or divide it.',
  },
} as const
