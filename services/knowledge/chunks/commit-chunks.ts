import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { BaseNotFoundError } from '../errors.ts'
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'
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
  const prepared =
    commit.add.length === 0
      ? undefined
      : await index.prepare(
          baseId,
          commit.add.map((chunk, order) => ({
            id: ids[order] ?? 0,
            documentNumber: document.number,
            text: indexedText(chunk),
          })),
          commit.signal,
        )

  return database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) throw new BaseNotFoundError(baseId)
    await commit.before?.(transaction)
    const chunks = createChunkRepository(transaction)
    const removed = await chunks.delete(document.id, commit.remove === 'all' ? undefined : (commit.remove ?? []))
    await index.retract({ transaction, baseId, seq }, removed)
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
    await prepared?.publish({ transaction, baseId, seq })
    await commit.after?.(transaction)
    return { added: commit.add.length, removed: removed.length }
  })
}

/** A chunk is found by the headings above it too. */
export const indexedText = (chunk: { title: string; content: string }): string =>
  chunk.title === '' || chunk.content.includes(chunk.title) ? chunk.content : `${chunk.title}\n${chunk.content}`

/** SHA-256 of the text a chunk is found by, in hex. */
export const textHashOf = (chunk: { title: string; content: string }): string =>
  new Bun.CryptoHasher('sha256').update(indexedText(chunk)).digest('hex')
