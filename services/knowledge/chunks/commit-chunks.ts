import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { BaseNotFoundError } from '../errors.ts'
import type { KnowledgeIndex, PreparedIndex } from '../retrieval/knowledge-index.ts'
import type { ChunkRow } from '../tables.ts'
import { createChunkRepository } from './chunk-repository.ts'

export interface CommitChunksDependencies {
  database: Database
  index: KnowledgeIndex
}

/** A chunk without what the commit gives it. */
export type NewChunk = Omit<ChunkRow, 'id' | 'seq' | 'baseId' | 'documentId' | 'enabled' | 'origin' | 'textHash'> &
  Partial<Pick<ChunkRow, 'enabled' | 'origin'>>

export interface ChunkCommit {
  baseId: string
  document: { id: string; number: number }
  add: readonly NewChunk[]
  /** Keys of chunks of the document to remove first; `all` for every one. */
  remove?: readonly string[] | 'all'
  /** Runs inside the transaction, with the base locked, before anything is written. Throw to call the commit off. */
  before?: (transaction: Database) => Promise<void>
  /** Runs inside the transaction at its end. */
  after?: (transaction: Database) => Promise<void>
  signal?: AbortSignal | undefined
}

/**
 * The one way in which chunks of a base change. The index files are durable first; then a single transaction writes the rows and the
 * manifest, so a search sees all of the commit or nothing, and a crash in between leaves at most a file that nothing names.
 * Throws BaseNotFoundError when the base is gone.
 */
export const commitChunks = async (
  { database, index }: CommitChunksDependencies,
  commit: ChunkCommit,
): Promise<{ added: number; removed: number }> => {
  const { baseId, document } = commit
  const ids = await createChunkRepository(database).drawIds(commit.add.length)
  const visible = commit.add.flatMap(({ enabled = true, title, content }, order) =>
    enabled ? [{ id: ids[order] ?? 0, title, content }] : [],
  )
  const prepared = await prepareChunks(index, { baseId, document, chunks: visible }, commit.signal)

  return database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) throw new BaseNotFoundError(baseId)
    await commit.before?.(transaction)
    const chunks = createChunkRepository(transaction)
    // Whoever shows or hides the document locks the base too, so this holds until the end.
    const isShown = await createDocumentRepository(transaction).isEnabled(document.id)
    const removed = await chunks.delete(document.id, commit.remove === 'all' ? undefined : (commit.remove ?? []))
    const buried = isShown ? removed.filter(({ enabled }) => enabled).map(({ id }) => id) : []
    await index.retract({ transaction, baseId, seq }, buried)
    await chunks.insert(
      commit.add.map((chunk, order) => ({
        enabled: true,
        origin: 'document' as const,
        ...chunk,
        id: ids[order] ?? 0,
        seq,
        baseId,
        documentId: document.id,
        textHash: textHashOf(chunk),
      })),
    )
    if (isShown) await prepared?.publish({ transaction, baseId, seq })
    await commit.after?.(transaction)
    return { added: commit.add.length, removed: removed.length }
  })
}

/** Makes the index entries of chunks durable. Undefined when there are none. */
export const prepareChunks = async (
  index: KnowledgeIndex,
  add: {
    baseId: string
    document: { number: number }
    chunks: readonly { id: number; title: string; content: string }[]
  },
  signal?: AbortSignal,
): Promise<PreparedIndex | undefined> => {
  if (add.chunks.length === 0) return undefined
  const entries = add.chunks.map((chunk) => ({
    id: chunk.id,
    documentNumber: add.document.number,
    text: indexedText(chunk),
  }))
  return index.prepare(add.baseId, entries, signal)
}

/** A chunk is found by the headings above it too. */
export const indexedText = (chunk: { title: string; content: string }): string =>
  chunk.title === '' || chunk.content.includes(chunk.title) ? chunk.content : `${chunk.title}\n${chunk.content}`

/** SHA-256 of the text a chunk is found by, in hex. */
export const textHashOf = (chunk: { title: string; content: string }): string =>
  new Bun.CryptoHasher('sha256').update(indexedText(chunk)).digest('hex')
