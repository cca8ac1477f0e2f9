import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { BaseNotFoundError, ChunksChangingError, IndexMovedError, VectorModelMovedError } from '../errors.ts'
import { createChunkRepository } from './chunk-repository.ts'
import { type CommitChunksDependencies, prepareChunks } from './commit-chunks.ts'

export interface ChunkSelection {
  baseId: string
  document: { id: string; number: number }
  /** Chunks of the document; `all` is the document itself, whose chunks stay enabled or disabled each for itself. */
  keys: readonly string[] | 'all'
  /** Runs inside the transaction, with the base locked, before anything is written. Throw to call it off. */
  before?: (transaction: Database) => Promise<void>
  signal?: AbortSignal | undefined
}

/** How often showing starts over because somebody changed the chunks under it. */
const ATTEMPTS_MAX = 8

/** The chunks that were read are not those that are there now. */
class SelectionChangedError extends Error {}

/**
 * Disables chunks, or a document with all of them, in one commit: rows stay, and no search finds them. Resolves to the number of chunks that
 * searches lost. What is hidden already is no error. Throws BaseNotFoundError when the base is gone.
 */
export const hideChunks = async (
  { database, index }: CommitChunksDependencies,
  selection: ChunkSelection,
): Promise<number> => {
  const { baseId, document, keys } = selection
  const fresh = keys === 'all' ? [] : await createChunkRepository(database).drawIds(new Set(keys).size)
  return inCommit(database, selection, async (transaction, seq) => {
    const chunks = createChunkRepository(transaction)
    const documents = createDocumentRepository(transaction)
    if (keys === 'all') {
      if (!(await documents.setEnabled(document.id, false))) return 0
      const ids = await chunks.idsByState(document.id, true)
      await index.retract({ transaction, baseId, seq }, ids)
      return ids.length
    }
    const ids = await chunks.idsByState(document.id, true, keys)
    const isShown = await documents.isEnabled(document.id)
    if (isShown) await index.retract({ transaction, baseId, seq }, ids)
    // A new id, so that whoever read the chunk before sees that it changed.
    await chunks.renew({ from: ids, to: fresh.slice(0, ids.length), seq, enabled: false })
    return isShown ? ids.length : 0
  })
}

/**
 * Enables chunks, or a document with those of its chunks that are enabled, in one commit. Each gets a new id and index entry, because its old
 * one is dead for good; key, place and content stay. Resolves to the number of chunks that searches gained. Throws BaseNotFoundError when the
 * base is gone, ChunksChangingError when others change the chunks faster than they can be prepared.
 */
export const showChunks = async (
  dependencies: CommitChunksDependencies,
  selection: ChunkSelection,
): Promise<number> => {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      return await tryToShow(dependencies, selection)
    } catch (error) {
      if (!isWorthAnother(error)) throw error
    }
  }
  throw new ChunksChangingError(selection.document.id)
}

/** What was prepared is not what the commit met. */
const isWorthAnother = (error: unknown): boolean =>
  error instanceof SelectionChangedError || error instanceof VectorModelMovedError || error instanceof IndexMovedError

const tryToShow = async (dependencies: CommitChunksDependencies, selection: ChunkSelection): Promise<number> => {
  const { database } = dependencies
  const { baseId, document, keys, signal } = selection
  const wasEnabled = keys === 'all'
  const only = keys === 'all' ? undefined : keys
  const rows = await createChunkRepository(database).findByState(document.id, wasEnabled, only)
  const from = rows.map(({ id }) => id)
  const to = await createChunkRepository(database).drawIds(rows.length)
  const { number: documentNumber } = document
  const renewed = rows.map(({ title, content }, order) => ({ id: to[order] ?? 0, documentNumber, title, content }))
  const prepared = await prepareChunks(dependencies, { baseId, chunks: renewed }, signal)

  return inCommit(database, selection, async (transaction, seq) => {
    const chunks = createChunkRepository(transaction)
    const documents = createDocumentRepository(transaction)
    if (keys === 'all' && !(await documents.setEnabled(document.id, true))) return 0
    // A chunk's text never changes under its id, so equal ids are equal texts.
    if (!Bun.deepEquals(await chunks.idsByState(document.id, wasEnabled, only), from)) throw new SelectionChangedError()
    await chunks.renew({ from, to, seq, enabled: true })
    // Chunks of a hidden document are shown with it.
    if (!(await documents.isEnabled(document.id))) return 0
    await prepared?.publish({ transaction, baseId, seq })
    return from.length
  })
}

const inCommit = (
  database: Database,
  { baseId, before, signal }: ChunkSelection,
  change: (transaction: Database, seq: number) => Promise<number>,
): Promise<number> => {
  signal?.throwIfAborted()
  return database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) throw new BaseNotFoundError(baseId)
    await before?.(transaction)
    return change(transaction, seq)
  })
}
