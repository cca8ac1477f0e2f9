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

/** What a commit was prepared for is not what it finds, again and again. */
export class ChunksChangingError extends AppError {
  readonly code = 'KNOWLEDGE_CHUNKS_CHANGING'
  readonly kind = 'unavailable'

  constructor(documentId: string) {
    super(`The chunks of document ${documentId} are being changed by others at the same time.`, {
      remedy: 'Try again in a moment; nothing was changed.',
      details: { documentId },
    })
  }
}

/** The gateway names the app of every call that is not root's; without a name there is nobody to act for. */
export class CallerUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_CALLER_UNKNOWN'
  readonly kind = 'unauthenticated'

  constructor() {
    super('The call names no app.', { remedy: 'Call through the gateway with Authorization: Bearer <key>:<secret>.' })
  }
}
