import { AppError } from '#shared/errors/app-error.ts'

export class BaseNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_BASE_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(baseId: string) {
    super(`There is no knowledge base ${baseId} for this app.`, {
      remedy: 'List the bases with GET /api/bases, and check which app the credentials belong to.',
      details: { baseId },
    })
  }
}

export class BaseExistsError extends AppError {
  readonly code = 'KNOWLEDGE_BASE_EXISTS'
  readonly kind = 'conflict'

  constructor(baseId: string) {
    super(`The id ${baseId} is taken.`, {
      remedy: 'Choose another id, or leave it out to get a fresh one.',
      details: { baseId },
    })
  }
}

export class DocumentNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(documentId: string) {
    super(`There is no document ${documentId} for this app.`, {
      remedy: 'List the documents of a base with GET /api/bases/{id}/documents.',
      details: { documentId },
    })
  }
}

export class DownloadFailedError extends AppError {
  readonly code = 'KNOWLEDGE_DOWNLOAD_FAILED'
  readonly kind = 'bad_upstream'

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(`The file could not be fetched: ${reason}.`, {
      remedy: 'Open the address in a browser to see whether it still serves the file.',
      cause: options.cause,
    })
  }
}

export class IndexRebuildingError extends AppError {
  readonly code = 'KNOWLEDGE_INDEX_REBUILDING'
  readonly kind = 'unavailable'

  constructor(baseId: string) {
    super(`The search index of base ${baseId} is being rebuilt from its chunks.`, {
      remedy: 'Try again in a moment; nothing is lost.',
      details: { baseId },
    })
  }
}

/** The file cannot become text. Told at upload where a look at its first bytes shows it, else as the reason of the state `failed`. */
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

export const DOCUMENT_BYTES_MAX = 100_000_000
export const DOCUMENT_PAGES_MAX = 5_000
export const DOCUMENT_CHARACTERS_MAX = 50_000_000
/** A page takes 10 ms as a rule; this is for files that were made to hurt. */
export const READ_MS_MAX = 300_000

const UNREADABLE = {
  empty: {
    code: 'KNOWLEDGE_DOCUMENT_EMPTY',
    kind: 'invalid',
    message: 'The file holds no text.',
    remedy: 'Upload a file that has text in it.',
  },
  tooLarge: {
    code: 'KNOWLEDGE_DOCUMENT_TOO_LARGE',
    kind: 'too_large',
    message: `The file is larger than ${DOCUMENT_BYTES_MAX} bytes, or holds more than ${DOCUMENT_CHARACTERS_MAX} characters.`,
    remedy: 'Divide it into smaller files.',
  },
  unsupported: {
    code: 'KNOWLEDGE_DOCUMENT_UNSUPPORTED',
    kind: 'invalid',
    message: 'The content of the file is neither text, Markdown, HTML nor PDF.',
    remedy: 'Convert it to one of these. The content decides, not the name of the file.',
  },
  pdfEncrypted: {
    code: 'KNOWLEDGE_PDF_ENCRYPTED',
    kind: 'invalid',
    message: 'The PDF is protected by a password.',
    remedy: 'Save a copy without a password and upload that.',
  },
  pdfBroken: {
    code: 'KNOWLEDGE_PDF_BROKEN',
    kind: 'invalid',
    message: 'The PDF is damaged: its structure cannot be read.',
    remedy: 'Open it in a PDF program, save it anew and upload that.',
  },
  pdfWithoutText: {
    code: 'KNOWLEDGE_PDF_WITHOUT_TEXT',
    kind: 'invalid',
    message: 'The PDF has pages but no text: they are scanned images, or fonts without a character map.',
    remedy: 'Run it through text recognition (OCR) and upload the result.',
  },
  tooManyPages: {
    code: 'KNOWLEDGE_DOCUMENT_PAGES_TOO_MANY',
    kind: 'too_large',
    message: `The file has more than ${DOCUMENT_PAGES_MAX} pages.`,
    remedy: 'Divide it into smaller files.',
  },
  tooSlow: {
    code: 'KNOWLEDGE_DOCUMENT_READ_TIMEOUT',
    kind: 'timeout',
    message: `Reading the file took longer than ${READ_MS_MAX / 1000} seconds, or needed too much memory.`,
    remedy: 'Save it anew in a simpler form, or divide it.',
  },
} as const

/** The gateway names the app of every call that is not root's; without a name there is nobody to act for. */
export class CallerUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_CALLER_UNKNOWN'
  readonly kind = 'unauthenticated'

  constructor() {
    super('The call names no app.', { remedy: 'Call through the gateway with Authorization: Bearer <key>:<secret>.' })
  }
}
