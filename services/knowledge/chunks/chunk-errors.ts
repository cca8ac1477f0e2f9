import { AppError } from '#shared/errors/app-error.ts'

export class ChunkNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_CHUNK_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(documentId: string, chunkId: string) {
    super(`Document ${documentId} has no chunk ${chunkId}.`, {
      remedy: 'List its chunks with GET /api/documents/{id}/chunks; a new reading of the file may have made others.',
      details: { documentId, chunkId },
    })
  }
}

/** Somebody else changed the chunk since the version that a request names. */
export class ChunkChangedError extends AppError {
  readonly code = 'KNOWLEDGE_CHUNK_CHANGED'
  readonly kind = 'conflict'

  constructor(chunkId: string, versions: { given: string; current: string }) {
    super(`Chunk ${chunkId} was changed since its version ${versions.given}: it is at ${versions.current}.`, {
      remedy: 'Read the chunk again, make the change to what it is now, and send its version.',
      details: { chunkId, ...versions },
    })
  }
}

/** Chunks of a document can be written once it has been read. */
export class DocumentNotReadError extends AppError {
  readonly code = 'KNOWLEDGE_DOCUMENT_NOT_READ'
  readonly kind = 'conflict'

  constructor(documentId: string, state: string) {
    super(`Document ${documentId} is ${state} and has no chunks yet.`, {
      remedy: 'Wait until it is ready; if it failed, see its failure for what to do.',
      details: { documentId, state },
    })
  }
}
