import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { confirmVectorModel } from '../embeddings/confirm-vector-model.ts'
import { type EmbedChunksDependencies, embedChunks } from '../embeddings/embed-chunks.ts'
import { BaseNotFoundError, IndexMovedError, VectorModelMovedError } from '../errors.ts'
import type { KnowledgeIndex, PreparedIndex } from '../retrieval/knowledge-index.ts'
import type { ChunkRow } from '../tables.ts'
import { type ChunkChange, createChunkRepository, type RemovedChunk } from './chunk-repository.ts'

export interface CommitChunksDependencies extends EmbedChunksDependencies {
  index: KnowledgeIndex
}

/** A chunk without what the commit gives it. */
export type NewChunk = Omit<
  ChunkRow,
  'id' | 'seq' | 'baseId' | 'documentId' | 'enabled' | 'origin' | 'textHash' | 'sourceHash'
> &
  Partial<Pick<ChunkRow, 'enabled' | 'origin'>>

/** What changes in one document. */
export interface DocumentChunks {
  document: { id: string; number: number }
  add: readonly NewChunk[]
  /** Chunks that stay, in their new places. The index is told nothing of them. */
  update?: readonly ChunkChange[]
  /** Keys of chunks of the document to remove first; `all` for every one. */
  remove?: readonly string[] | 'all'
}

interface Commit {
  baseId: string
  /** Runs inside the transaction, with the base locked, before anything is written. Throw to call the commit off. */
  before?: (transaction: Database) => Promise<void>
  /** Runs inside the transaction at its end. */
  after?: (transaction: Database) => Promise<void>
  signal?: AbortSignal | undefined
}

export type ChunkCommit = Commit & DocumentChunks
export type DocumentsCommit = Commit & { documents: readonly DocumentChunks[] }

export interface CommittedChunks {
  added: number
  removed: number
}

/** How often a commit starts over because the base's embedding model or its index was changed under it. */
const ATTEMPTS_MAX = 3

/**
 * The one way in which chunks of a base change. Vectors and index files are durable first; then a single transaction writes the rows and the
 * manifest, so a search sees all of the commit or nothing, and a crash in between leaves at most a file that nothing names, and vectors that the next
 * attempt finds. Throws BaseNotFoundError when the base is gone, and what `embedMissing` throws when its model gives no vectors.
 */
export const commitChunks = async (
  dependencies: CommitChunksDependencies,
  commit: ChunkCommit,
): Promise<CommittedChunks> => {
  const [committed] = await commitDocuments(dependencies, { ...commit, documents: [commit] })
  return committed ?? { added: 0, removed: 0 }
}

/**
 * The same for several documents of a base, each of them once: one index file, one transaction, all or nothing. Throws CommitApartError too, when they
 * have to be committed one by one.
 */
export const commitDocuments = async (
  dependencies: CommitChunksDependencies,
  commit: DocumentsCommit,
): Promise<CommittedChunks[]> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToCommit(dependencies, commit)
    } catch (error) {
      if (!(error instanceof VectorModelMovedError || error instanceof IndexMovedError) || attempt === ATTEMPTS_MAX)
        throw error
    }
  }
}

/** Some of the documents are hidden from searches, so one index file would show too much or too little. */
export class CommitApartError extends Error {}

const tryToCommit = async (
  dependencies: CommitChunksDependencies,
  commit: DocumentsCommit,
): Promise<CommittedChunks[]> => {
  const { database, index } = dependencies
  const { baseId, documents } = commit
  const ids = await createChunkRepository(database).drawIds(documents.reduce((sum, { add }) => sum + add.length, 0))
  const parts = documents.map(({ add, ...part }) => ({
    ...part,
    added: add.map((chunk) => ({ ...chunk, id: ids.shift() ?? 0, textHash: textHashOf(chunk) })),
  }))
  const visible = parts.flatMap(({ document, added }) =>
    added.flatMap(({ enabled = true, id, title, content }) =>
      enabled ? [{ id, documentNumber: document.number, title, content }] : [],
    ),
  )
  const prepared = await prepareChunks(dependencies, { baseId, chunks: visible }, commit.signal)

  return database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) throw new BaseNotFoundError(baseId)
    await commit.before?.(transaction)
    const chunks = createChunkRepository(transaction)
    // Whoever shows or hides a document locks the base too, so this holds until the end.
    const shown = await createDocumentRepository(transaction).enabledOf(parts.map(({ document }) => document.id))
    if (shown.size > 0 && shown.size < parts.length) throw new CommitApartError()
    const removed: RemovedChunk[][] = []
    for (const { document, remove = [] } of parts) {
      removed.push(await chunks.delete(document.id, remove === 'all' ? undefined : remove))
    }
    const buried = removed.flat().filter(({ enabled }) => enabled && shown.size > 0)
    await index.retract(
      { transaction, baseId, seq },
      buried.map(({ id }) => id),
    )
    await chunks.insert(
      parts.flatMap(({ document, added }, at) =>
        added.map((chunk) => ({
          enabled: true,
          origin: 'document' as const,
          ...chunk,
          seq,
          baseId,
          documentId: document.id,
          sourceHash: sourceHashOf(chunk, removed[at] ?? []),
        })),
      ),
    )
    await chunks.update(parts.flatMap(({ update = [] }) => update))
    if (shown.size > 0) await prepared?.publish({ transaction, baseId, seq })
    await commit.after?.(transaction)
    return parts.map(({ added }, at) => ({ added: added.length, removed: removed[at]?.length ?? 0 }))
  })
}

/**
 * Makes vectors and index entries of chunks durable; `publish` makes them count, or throws VectorModelMovedError, and then all has to be prepared
 * again. Undefined when there are no chunks. Throws BaseNotFoundError, and what `embedMissing` throws.
 */
export const prepareChunks = async (
  dependencies: CommitChunksDependencies,
  add: {
    baseId: string
    chunks: readonly { id: number; documentNumber: number; title: string; content: string }[]
  },
  signal: AbortSignal = NEVER_ABORTED,
): Promise<PreparedIndex | undefined> => {
  if (add.chunks.length === 0) return undefined
  const base = await createBaseRepository(dependencies.database).find(undefined, add.baseId)
  if (!base) throw new BaseNotFoundError(add.baseId)
  const texts = new Map(add.chunks.map((chunk) => [textHashOf(chunk), indexedText(chunk)]))
  const vectors = await embedChunks(dependencies, { base, texts }, signal)
  const entries = add.chunks.map((chunk) => ({
    id: chunk.id,
    documentNumber: chunk.documentNumber,
    text: indexedText(chunk),
    vector: vectors?.get(textHashOf(chunk)),
  }))
  const prepared = await dependencies.index.prepare(add.baseId, entries, signal)
  return {
    chunkCount: prepared.chunkCount,
    async publish(commit) {
      const length = entries[0]?.vector?.length
      await confirmVectorModel(commit.transaction, { baseId: add.baseId, model: base.vectorModel, length })
      await prepared.publish(commit)
    },
  }
}

const NEVER_ABORTED = new AbortController().signal

/** An edited chunk takes the place of the one with its key, and knows what that one, or the first one there, was made as. */
const sourceHashOf = ({ key, origin }: NewChunk, removed: readonly RemovedChunk[]): string | null => {
  if (origin !== 'edited') return null
  const source = removed.find((chunk) => chunk.key === key)
  return source?.origin === 'document' ? source.textHash : (source?.sourceHash ?? null)
}

/** A chunk is found by the headings above it too. */
export const indexedText = (chunk: { title: string; content: string }): string =>
  chunk.title === '' || chunk.content.includes(chunk.title) ? chunk.content : `${chunk.title}\n${chunk.content}`

/** SHA-256 of the text a chunk is found by, in hex. */
export const textHashOf = (chunk: { title: string; content: string }): string =>
  new Bun.CryptoHasher('sha256').update(indexedText(chunk)).digest('hex')
