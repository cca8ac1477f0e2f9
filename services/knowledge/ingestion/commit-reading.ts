import type { ReadText } from '#shared/documents/read-in-child.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createChunkRepository } from '../chunks/chunk-repository.ts'
import { type CommitChunksDependencies, commitChunks, type NewChunk, textHashOf } from '../chunks/commit-chunks.ts'
import type { RunSubject } from '../documents/document-repository.ts'
import { createVersionRepository, type VersionContent } from '../documents/version-repository.ts'
import { ChunksChangingError } from '../errors.ts'
import type { BaseRow, ChunkRow, DocumentRow } from '../tables.ts'
import { diffChunks } from './chunk-diff-policy.ts'
import { createPageRepository } from './page-repository.ts'

/** How often a commit starts over because a person changed the document's chunks meanwhile. */
const ATTEMPTS_MAX = 5
/** More than a document has. */
const CHUNKS_MAX = 1_000_000

export interface ReadingToCommit {
  base: BaseRow
  document: DocumentRow
  content: VersionContent
  subject: RunSubject
  text: ReadText
  chunks: readonly NewChunk[]
}

export interface CommittedReading {
  added: number
  /** Chunks that stayed. */
  kept: number
  removed: number
}

/** Another run has finished the document, or it is gone. */
export class OvertakenError extends Error {}

/**
 * Makes a document's chunks those of what was read, by changing only the ones that differ, and the document `ready`: one commit. Throws OvertakenError,
 * and what `commitChunks` and the switch of versions throw.
 */
export const commitReading = async (
  dependencies: CommitChunksDependencies,
  reading: ReadingToCommit,
  signal: AbortSignal,
): Promise<CommittedReading> => {
  const made = reading.chunks.map((chunk) => ({ ...chunk, textHash: textHashOf(chunk) }))
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToCommit(dependencies, { ...reading, made }, signal)
    } catch (error) {
      if (!(error instanceof ChunksChangingError) || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

const tryToCommit = async (
  dependencies: CommitChunksDependencies,
  { base, document, content, subject, text, made }: ReadingToCommit & { made: Parameters<typeof diffChunks>[1] },
  signal: AbortSignal,
): Promise<CommittedReading> => {
  const before = await chunksOf(dependencies.database, document.id)
  const { add, update, remove, kept } = diffChunks(before, made)
  const failed = text.failedPages.map(({ page }) => page)
  const { removed } = await commitChunks(dependencies, {
    baseId: base.id,
    document,
    add,
    update,
    remove,
    // Locks the row and decides between two workers: the second one finds it `ready`, and its transaction is called off.
    async before(transaction) {
      const pageCount = text.pageStarts.length
      const facts = {
        ...{ chunkCount: add.length + kept, pageCount: pageCount > 0 ? pageCount : null },
        ...{ failedPages: failed.length, pagesRead: pageCount - failed.length },
      }
      const run = { document, runId: subject.runId }
      if (!(await createVersionRepository(transaction).switchTo(run, facts))) {
        throw new OvertakenError('the document was deleted or finished by another worker')
      }
      if (!isSame(before, await chunksOf(transaction, document.id))) throw new ChunksChangingError(document.id)
    },
    after: (transaction) => createPageRepository(transaction).settle(document.id, content.contentHash, failed),
    signal,
  })
  return { added: add.length, kept, removed }
}

const chunksOf = (database: Database, documentId: string): Promise<ChunkRow[]> =>
  createChunkRepository(database).listOf(documentId, { limit: CHUNKS_MAX })

/** A changed chunk has another id; a hidden one too. */
const isSame = (before: readonly ChunkRow[], now: readonly ChunkRow[]): boolean =>
  before.length === now.length &&
  before.every(({ id, enabled }, at) => id === now[at]?.id && enabled === now[at]?.enabled)
