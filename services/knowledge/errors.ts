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

export class DocumentBusyError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_BUSY'
  readonly kind = 'conflict'

  constructor(documentId: string, state: string) {
    super(`Document ${documentId} is ${state}; its chunks cannot be changed now.`, {
      remedy: 'Wait until the document is ready or failed, then try again.',
      details: { documentId, state },
    })
  }
}

export class UploadMissingFileError extends AppError {
  readonly code = 'KNOWLEDGE_UPLOAD_WITHOUT_FILE'
  readonly kind = 'invalid'

  constructor() {
    super('The upload holds no file.', {
      remedy: 'Send multipart/form-data with the file in the field "file": curl -F file=@handbook.pdf …',
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
