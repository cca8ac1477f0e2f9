import type { ReadText } from '#shared/documents/read-in-child.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createChunkRepository } from '../chunks/chunk-repository.ts'
import { type CommitChunksDependencies, commitDocuments, type NewChunk, textHashOf } from '../chunks/commit-chunks.ts'
import type { RunSubject } from '../documents/document-repository.ts'
import { createVersionRepository, type VersionContent } from '../documents/version-repository.ts'
import { ChunksChangingError } from '../errors.ts'
import type { BaseRow, ChunkRow, DocumentRow } from '../tables.ts'
import { diffChunks } from './chunk-diff-policy.ts'
import { createPageRepository } from './page-repository.ts'

/** How often a commit starts over because a person changed the document's chunks meanwhile. */
const ATTEMPTS_MAX = 5

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
 * Makes the chunks of documents of one base, each of them once, those of what was read of them, by changing only the ones that differ, and the documents `ready`: one
 * commit, all or nothing. Throws OvertakenError, and what `commitDocuments` and the switch of versions throw.
 */
export const commitReadings = async (
  dependencies: CommitChunksDependencies,
  readings: readonly ReadingToCommit[],
  signal: AbortSignal,
): Promise<CommittedReading[]> => {
  const made = readings.map((reading) => ({
    ...reading,
    made: reading.chunks.map((chunk) => ({ ...chunk, textHash: textHashOf(chunk) })),
  }))
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToCommit(dependencies, made, signal)
    } catch (error) {
      if (!(error instanceof ChunksChangingError) || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

type MadeReading = ReadingToCommit & { made: Parameters<typeof diffChunks>[1] }

const tryToCommit = async (
  dependencies: CommitChunksDependencies,
  readings: readonly MadeReading[],
  signal: AbortSignal,
): Promise<CommittedReading[]> => {
  const before = await chunksOf(dependencies.database, readings)
  const parts = readings.map((reading) => {
    const { document, made } = reading
    return { reading, document, ...diffChunks(before.get(document.id) ?? [], made) }
  })
  const committed = await commitDocuments(dependencies, {
    baseId: readings[0]?.base.id ?? '',
    documents: parts,
    // Locks the rows and decides between two workers: the second one finds them `ready`, and its transaction is called off.
    async before(transaction) {
      await settleDocuments(transaction, parts)
      const now = await chunksOf(transaction, readings)
      for (const { document } of parts) {
        if (!isSame(before.get(document.id), now.get(document.id))) throw new ChunksChangingError(document.id)
      }
    },
    after: (transaction) =>
      createPageRepository(transaction).settle(
        readings.map(({ document, content, text }) => ({
          documentId: document.id,
          contentHash: content.contentHash,
          failed: text.failedPages.map(({ page }) => page),
        })),
      ),
    signal,
  })
  return parts.map(({ add, kept }, at) => ({ added: add.length, kept, removed: committed[at]?.removed ?? 0 }))
}

const settleDocuments = async (
  transaction: Database,
  parts: readonly { reading: ReadingToCommit; add: readonly unknown[]; kept: number }[],
): Promise<void> => {
  const versions = createVersionRepository(transaction)
  const settled = parts.map(({ reading: { document, subject, text }, add, kept }) => {
    const pageCount = text.pageStarts.length
    const failedPages = text.failedPages.length
    const pages = { pageCount: pageCount > 0 ? pageCount : null, failedPages, pagesRead: pageCount - failedPages }
    return { document, ...subject, facts: { chunkCount: add.length + kept, ...pages } }
  })
  const inPlace = settled.filter(({ document }) => document.pendingVersion === null)
  const isInPlace = await versions.settleInPlace(
    inPlace.map(({ document, facts, ...subject }) => ({ ...subject, ...facts })),
  )
  if (!isInPlace) throw new OvertakenError(OVERTAKEN)
  for (const { document, runId, facts } of settled) {
    if (document.pendingVersion === null) continue
    if (!(await versions.switchTo({ document, runId }, facts))) throw new OvertakenError(OVERTAKEN)
  }
}

const OVERTAKEN = 'the document was deleted or finished by another worker'

/** By document, in reading order. */
const chunksOf = async (database: Database, readings: readonly ReadingToCommit[]): Promise<Map<string, ChunkRow[]>> => {
  const rows = await createChunkRepository(database).listOfAll(readings.map(({ document }) => document.id))
  return Map.groupBy(rows, ({ documentId }) => documentId)
}

/** A changed chunk has another id; a hidden one too. */
const isSame = (before: readonly ChunkRow[] = [], now: readonly ChunkRow[] = []): boolean =>
  before.length === now.length &&
  before.every(({ id, enabled }, at) => id === now[at]?.id && enabled === now[at]?.enabled)
