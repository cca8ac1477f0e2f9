import { AppError } from '#shared/errors/app-error.ts'

export class PreviewSourceError extends AppError {
  readonly code = 'KNOWLEDGE_PREVIEW_SOURCE'
  readonly kind = 'invalid'

  constructor() {
    super('A preview is of a text or of a document, and of one of them.', {
      remedy: 'Give either text or documentId; files go to POST /api/bases/{id}/preview/file.',
    })
  }
}

export class PreviewTimeoutError extends AppError {
  readonly code = 'KNOWLEDGE_PREVIEW_TIMEOUT'
  readonly kind = 'timeout'

  constructor(secondsMax: number) {
    super(`Reading the file took longer than the ${secondsMax} seconds that a preview has.`, {
      remedy: 'Try a part of it; uploaded, it is read with more time.',
    })
  }
}

export class PreviewsBusyError extends AppError {
  readonly code = 'KNOWLEDGE_PREVIEWS_BUSY'
  readonly kind = 'limited'

  constructor(previewsMax: number) {
    super(`There are ${previewsMax} previews being made already.`, { remedy: 'Try again in a few seconds.' })
  }
}
