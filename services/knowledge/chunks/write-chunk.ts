import type { Database } from '#shared/postgres/connect.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { ChunksChangingError, DocumentNotFoundError } from '../errors.ts'
import type { ChunkRow, DocumentRow } from '../tables.ts'
import { ChunkChangedError, ChunkNotFoundError, DocumentNotReadError } from './chunk-errors.ts'
import { createChunkRepository } from './chunk-repository.ts'
import type { CommitChunksDependencies } from './commit-chunks.ts'

/** A chunk of a document that a call may write to. */
export interface ChunkTarget {
  document: DocumentRow
  /** Its key. */
  chunkId: string
  /** The version that the change was made of; undefined changes whatever is there. */
  version?: string | undefined
  signal?: AbortSignal | undefined
}

/** How often a change without a version starts over because somebody changed the chunk under it. */
const ATTEMPTS_MAX = 10

/** Somebody was faster. */
class ChunkMovedError extends Error {}

/** The base of a document that has been read. Throws DocumentNotReadError. */
export const writableBase = (document: DocumentRow): string => {
  const { id, baseId, state, chunkCount } = document
  if (baseId === null || (state !== 'ready' && chunkCount === 0)) throw new DocumentNotReadError(id, state)
  return baseId
}

/**
 * Reads a chunk and makes a change of it in one commit, which has to call `check` in its transaction: the change is then made of what the
 * chunk is at that moment. Starts over where somebody was faster, unless the caller named a version.
 * Throws ChunkNotFoundError, ChunkChangedError, ChunksChangingError.
 */
export const writeChunk = async <Result>(
  { database }: CommitChunksDependencies,
  target: ChunkTarget,
  change: (row: ChunkRow, check: (transaction: Database) => Promise<void>) => Promise<Result>,
): Promise<Result> => {
  const { document, chunkId } = target
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    target.signal?.throwIfAborted()
    const row = await findChunk(database, document.id, chunkId)
    if (!row) throw new ChunkNotFoundError(document.id, chunkId)
    checkVersion(target, row)
    try {
      return await change(row, (transaction) => checkUnchanged(transaction, row))
    } catch (error) {
      if (!(error instanceof ChunkMovedError)) throw error
      // With a version, what is there now is another one, or gone: the next round says which.
    }
  }
  throw new ChunksChangingError(document.id)
}

const checkVersion = ({ chunkId, version }: ChunkTarget, row: ChunkRow): void => {
  const current = String(row.id)
  if (version !== undefined && version !== current) throw new ChunkChangedError(chunkId, { given: version, current })
}

/** Runs with the base locked: nobody changes chunks between this and the end of the transaction. */
const checkUnchanged = async (transaction: Database, row: ChunkRow): Promise<void> => {
  const now = await findChunk(transaction, row.documentId, row.key)
  // A new reading may give a chunk another place or heading without making another chunk of it.
  if (!now || !Bun.deepEquals(now, row)) throw new ChunkMovedError()
}

export const findChunk = async (database: Database, documentId: string, key: string): Promise<ChunkRow | undefined> => {
  const [row] = await createChunkRepository(database).findByKeys(documentId, [key])
  return row
}

/** Throws DocumentNotFoundError. Runs with the base locked: the document stays until the end of the transaction. */
export const checkDocument = async (transaction: Database, documentId: string): Promise<void> => {
  const document = await createDocumentRepository(transaction).find(undefined, documentId)
  if (!document) throw new DocumentNotFoundError(documentId)
}
