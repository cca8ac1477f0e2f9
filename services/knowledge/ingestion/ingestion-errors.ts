import { AppError } from '#shared/errors/app-error.ts'

/** The model was there, but would not read this one picture. */
export class OcrRefusedError extends AppError {
  readonly code = 'KNOWLEDGE_OCR_REFUSED'
  readonly kind = 'bad_upstream'

  constructor(model: string, reason: string, options: { cause?: unknown } = {}) {
    super(`The OCR model ${model} did not read the page: ${reason}`, {
      remedy: 'Retry the page, or give the base another OCR model first.',
      details: { model },
      cause: options.cause,
    })
  }
}

export class OcrModelUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_OCR_MODEL_UNKNOWN'
  readonly kind = 'unavailable'

  constructor(model: string) {
    super(`No enabled model is named ${model}, which is to read the pictures of this base.`, {
      remedy: 'Add or enable it, or name another one in ocrModel of the base; then retry the document.',
      details: { model },
    })
  }
}

/** Why a page failed, as it was written down. */
export class PageFailureKeptError extends AppError {
  readonly code: string
  readonly kind = 'invalid'

  constructor(kept: { code: string; reason: string; remedy: string }) {
    super(kept.reason, { remedy: kept.remedy })
    this.code = kept.code
  }
}

export class DocumentUnreadAgainError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_WITHOUT_FILE'
  readonly kind = 'conflict'

  constructor(documentId: string) {
    super(
      `The document ${documentId} has no file: its chunks were written over the wire, so there is nothing to read.`,
      {
        remedy: 'Change its chunks, or upload a file as a document of its own.',
        details: { documentId },
      },
    )
  }
}

export class PageUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_PAGE_UNKNOWN'
  readonly kind = 'invalid'

  constructor(documentId: string, page: number, pageCount: number) {
    super(`The document ${documentId} has no page ${page}: it has ${pageCount}.`, {
      remedy: 'Take page numbers from GET /api/documents/{id}/pages.',
      details: { documentId, page, pageCount },
    })
  }
}
