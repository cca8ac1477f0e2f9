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

/** A base was given the name of a model that cannot do what it is wanted for. */
export class ModelNotUsableError extends AppError {
  readonly code = 'KNOWLEDGE_MODEL_NOT_USABLE'
  readonly kind = 'invalid'

  constructor(field: string, model: string, wanted: 'embedding' | 'rerank' | 'chat' | 'seeing') {
    super(
      wanted === 'seeing'
        ? `The model ${model} does not see images, so it cannot read scanned pages.`
        : `There is no enabled model ${model} of kind ${wanted}.`,
      {
        remedy: `List the models with GET /api/models, or add one, and name it in ${field}; null does without.`,
        details: { field, model, wanted },
      },
    )
  }
}

/** Two documents of a base would have the same content. */
export class ContentKnownError extends AppError {
  readonly code = 'KNOWLEDGE_CONTENT_KNOWN'
  readonly kind = 'conflict'

  constructor(documentId: string) {
    super(`The base holds this content already, as document ${documentId}.`, {
      remedy: 'Use that document, or delete it first; a base holds a content once.',
      details: { documentId },
    })
  }
}

/** The embedding model of a base was deleted or disabled. */
export class EmbeddingModelUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_EMBEDDING_MODEL_UNKNOWN'
  readonly kind = 'unavailable'

  constructor(baseId: string, model: string) {
    super(
      `Base ${baseId} finds by meaning with the model ${model}, and there is no enabled embedding model of that name.`,
      {
        remedy:
          'Add or enable the model with POST /api/models, or give the base another one (or null) in retrieval.embeddingModel.',
        details: { baseId, model },
      },
    )
  }
}

/** The embedding model of a base could not be asked, or gave no usable answer. The cause's kind decides whether it is worth trying again. */
export class EmbeddingFailedError extends AppError {
  readonly code = 'KNOWLEDGE_EMBEDDING_FAILED'
  readonly kind

  constructor({ baseId, model }: { baseId: string; model: string }, cause: AppError) {
    super(`The embedding model ${model} of base ${baseId} gave no vectors: ${cause.message}`, {
      remedy:
        cause.remedy ?? `Test the model with POST /api/models/${model}/test; nothing was changed, so try again then.`,
      details: { baseId, model, cause: cause.code },
      cause,
    })
    this.kind = cause.kind
  }
}

/** A model gives vectors that are longer than an index takes. */
export class EmbeddingTooLongError extends AppError {
  readonly code = 'KNOWLEDGE_EMBEDDING_TOO_LONG'
  readonly kind = 'invalid'

  constructor({ baseId, model }: { baseId: string; model: string }, { is, max }: { is: number; max: number }) {
    super(`The model ${model} answers with vectors of ${is} numbers, and an index takes at most ${max}.`, {
      remedy:
        'Have the model give shorter vectors (many take `dimensions` in their parameters), or choose another one.',
      details: { baseId, model, is, max },
    })
  }
}

/** A model gives vectors of another length than those it gave before: it was exchanged behind its name. */
export class EmbeddingLengthChangedError extends AppError {
  readonly code = 'KNOWLEDGE_EMBEDDING_LENGTH_CHANGED'
  readonly kind = 'conflict'

  constructor({ baseId, model }: { baseId: string; model: string }, { was, is }: { was: number; is: number }) {
    super(`The model ${model} answers with vectors of ${is} numbers, and the vectors of base ${baseId} have ${was}.`, {
      remedy:
        'Set the model back to what it was, or save the new one under another name and give that to the base: all of its texts are embedded anew then.',
      details: { baseId, model, was, is },
    })
  }
}

export class FilterInvalidError extends AppError {
  readonly code = 'KNOWLEDGE_FILTER_INVALID'
  readonly kind = 'invalid'

  /** @param at path in the filter, such as `metadata.and.0.field` */
  constructor(at: string, what: string) {
    super(`The filter is wrong at ${at}: it ${what}.`, {
      remedy: 'See the description of `metadata` in the API reference of the search for what a filter may hold.',
      details: { at },
    })
  }
}

/** The vectors that were made for a commit are of a model that the base has left meanwhile. */
export class VectorModelMovedError extends AppError {
  readonly code = 'KNOWLEDGE_EMBEDDING_MODEL_MOVED'
  readonly kind = 'unavailable'

  constructor(baseId: string) {
    super(`The embedding model of base ${baseId} was changed at the same moment.`, {
      remedy: 'Try again; nothing was changed.',
      details: { baseId },
    })
  }
}

/** A base wants an engine that is not installed. */
export class EngineMissingError extends AppError {
  readonly code = 'KNOWLEDGE_ENGINE_MISSING'
  readonly kind = 'unavailable'

  /** @param install the command that installs it */
  constructor(engine: string, install: string, options: { cause?: unknown } = {}) {
    super(
      options.cause === undefined
        ? `The index engine ${engine} is not installed.`
        : `The index engine ${engine} is installed but cannot be loaded on this machine.`,
      {
        remedy: `Run: ${install} — or give the base the engine segments, which needs nothing.`,
        details: { engine, install },
        cause: options.cause,
      },
    )
  }
}

/** The index of a base was replaced between preparing a change and making it count; all has to be prepared again. */
export class IndexMovedError extends AppError {
  readonly code = 'KNOWLEDGE_INDEX_MOVED'
  readonly kind = 'unavailable'

  constructor(baseId: string) {
    super(`The search index of base ${baseId} was replaced while it was being changed.`, {
      remedy: 'Try again in a moment; nothing was changed.',
      details: { baseId },
    })
  }
}

/** A search by meaning alone was asked for, and no base that it may use has vectors. */
export class VectorsMissingError extends AppError {
  readonly code = 'KNOWLEDGE_VECTORS_MISSING'
  readonly kind = 'conflict'

  constructor(baseIds: readonly string[]) {
    super(`These bases have no vectors, so they cannot be searched by meaning alone: ${baseIds.join(', ')}.`, {
      remedy:
        'Give them an embedding model in retrieval.embeddingModel and wait until their vectors are made, or ask for the mode hybrid or lexical.',
      details: { baseIds },
    })
  }
}

/** A model was needed for an answer that would be another one without it. */
export class QuestionModelUnavailableError extends AppError {
  readonly code = 'KNOWLEDGE_MODEL_UNAVAILABLE'
  readonly kind = 'unavailable'

  constructor(model: string, failure: string, options: { cause?: unknown } = {}) {
    super(`The model ${model} could not be asked: ${failure}`, {
      remedy: `Test the model with POST /api/models/${model}/test, or ask for the mode hybrid or lexical, which answers without it.`,
      details: { model },
      cause: options.cause,
    })
  }
}

/** Settings that say how documents are cut do not fit together. */
export class SplittingInvalidError extends AppError {
  readonly code = 'KNOWLEDGE_SPLITTING_INVALID'
  readonly kind = 'invalid'

  constructor(field: string, what: string) {
    super(`The splitting setting ${field} does not fit: ${what}.`, {
      remedy: 'Change it, or leave it out to have it follow the others.',
      details: { field },
    })
  }
}
