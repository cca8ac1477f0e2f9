import { AppError } from '#shared/errors/app-error.ts'

/** Tags or metadata that cannot be kept as they are. */
export class DocumentFactsInvalidError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_FACTS_INVALID'
  readonly kind = 'invalid'

  /** @param at where it is, such as `metadata.year`; `what` goes on with "has to …" or "may …" */
  constructor(at: string, what: string) {
    super(`${at} ${what}.`, { remedy: `Change ${at} and send it again.`, details: { at } })
  }
}

/** It was split over the wire and is in no base yet. */
export class DocumentIsDraftError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_IS_DRAFT'
  readonly kind = 'conflict'

  constructor(documentId: string) {
    super(`The document ${documentId} is a draft: it is in no base yet.`, {
      remedy: 'Save its chunks into a base first, with POST /knowledge/v1/chunks/save.',
      details: { documentId },
    })
  }
}

export class VersionNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_VERSION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(documentId: string, version: number) {
    super(`The document ${documentId} has no version ${version}, or it is kept no longer.`, {
      remedy: 'List its versions with GET /api/documents/{id}/versions.',
      details: { documentId, version },
    })
  }
}

/** It came as chunks over the wire. */
export class FileMissingError extends AppError {
  readonly code = 'KNOWLEDGE_FILE_MISSING'
  readonly kind = 'not_found'

  constructor(documentId: string) {
    super(`No file is stored for the document ${documentId}.`, {
      remedy:
        'Read its chunks with GET /api/documents/{id}/chunks, or give it a file with PUT /api/documents/{id}/file.',
      details: { documentId },
    })
  }
}

export class SourceMissingError extends AppError {
  readonly code = 'KNOWLEDGE_SOURCE_MISSING'
  readonly kind = 'conflict'

  constructor(documentId: string) {
    super(`The document ${documentId} did not come from an address, so there is nothing to fetch again.`, {
      remedy: 'Send new content with PUT /api/documents/{id}/file.',
      details: { documentId },
    })
  }
}
