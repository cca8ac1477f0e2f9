import type { DocumentText } from '#shared/documents/document-text.ts'
import { DocumentUnreadableError } from '#shared/documents/errors.ts'
import type { MediaType } from '#shared/documents/media-types.ts'
import { readDocument } from '#shared/documents/read-document.ts'
import type { ClaimedRun } from '#shared/journal/journal.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { type CommitChunksDependencies, commitChunks } from '../chunks/commit-chunks.ts'
import type { DocumentRepository, RunSubject } from '../documents/document-repository.ts'
import { createVersionRepository, type VersionContent } from '../documents/version-repository.ts'
import { ContentKnownError } from '../errors.ts'
import type { DocumentRow } from '../tables.ts'
import type { IngestionEvent } from './ingestion-events.ts'
import { makeChunks } from './make-chunks.ts'

export interface IngestDocumentDependencies extends CommitChunksDependencies {
  bases: BaseRepository
  documents: DocumentRepository
  files: ObjectStore
  /** Tells the journal's id of this process, for the trace. */
  workerId: number
}

/** Pages between two notes of the progress. */
const PROGRESS_PAGES = 20

/** The document was deleted, or another worker finished it: there is nothing left to do. */
class NothingToDoError extends Error {}

/**
 * Executes one ingestion run from the beginning: read the stored file, split it, index it. Everything up to the last step can be repeated; the
 * last one is a single transaction that writes the chunks and `ready`. Rejects for causes outside the document, so that the run is tried again.
 */
export const ingestDocument = async (
  dependencies: IngestDocumentDependencies,
  { header, writer }: Pick<ClaimedRun, 'header' | 'writer'>,
  signal: AbortSignal,
): Promise<'ready' | 'failed' | 'skipped'> => {
  const tell = (event: IngestionEvent) => void writer.append(event)
  const subject = { documentId: header.subjectId, runId: header.id }
  tell({ type: 'ingestion-started', worker: dependencies.workerId, attempt: header.attempts + 1 })
  try {
    const document = await dependencies.documents.move(subject, 'reading', { pagesRead: 0 })
    if (!document) throw new NothingToDoError('the document is gone or finished')
    await readSplitIndex(dependencies, { document, subject, tell }, signal)
    await writer.finish('completed')
    return 'ready'
  } catch (error) {
    if (error instanceof NothingToDoError) {
      tell({ type: 'ingestion-skipped', reason: error.message })
      await writer.finish('completed')
      return 'skipped'
    }
    if (!isOfDocument(error) || signal.aborted) throw error
    const failure = { code: error.code, reason: error.message, remedy: error.remedy ?? '' }
    await failDocument(dependencies.documents, subject, failure)
    tell({ type: 'ingestion-failed', ...failure })
    await writer.finish('failed')
    return 'failed'
  }
}

export const failDocument = (
  documents: DocumentRepository,
  subject: RunSubject,
  failure: { code: string; reason: string; remedy: string },
) =>
  documents.move(subject, 'failed', {
    failureCode: failure.code,
    failureReason: failure.reason,
    failureRemedy: failure.remedy,
  })

/** Another try would end the same way. */
const isOfDocument = (error: unknown): error is DocumentUnreadableError | ContentKnownError =>
  error instanceof DocumentUnreadableError || error instanceof ContentKnownError

const readSplitIndex = async (
  dependencies: IngestDocumentDependencies,
  run: { document: DocumentRow; subject: RunSubject; tell: (event: IngestionEvent) => void },
  signal: AbortSignal,
): Promise<void> => {
  const { documents } = dependencies
  const { document, subject, tell } = run
  const base = document.baseId === null ? undefined : await dependencies.bases.find(undefined, document.baseId)
  if (!base) throw new NothingToDoError('its base is gone')

  const content = await createVersionRepository(dependencies.database).contentToRead(document)
  if (!content) throw new NothingToDoError('it has no file')

  const startedMs = performance.now()
  const text = await readWithProgress(dependencies, { document, content }, signal)
  const pages = text.pageStarts.length
  tell({ type: 'document-read', pages, characters: text.text.length, ms: elapsed(startedMs) })

  await step(documents.move(subject, 'splitting', pages > 0 ? { pageCount: pages, pagesRead: pages } : {}))
  const chunks = makeChunks(text, base.splitting)
  if (chunks.length === 0) throw new DocumentUnreadableError('empty')
  tell({ type: 'document-split', chunks: chunks.length })

  await step(documents.move(subject, 'indexing'))
  signal.throwIfAborted()
  const indexedMs = performance.now()
  await commitChunks(dependencies, {
    baseId: base.id,
    document,
    add: chunks,
    // Of the version before, or of an earlier reading.
    remove: 'all',
    // Locks the row and decides between two workers: the second one finds it `ready`, and its transaction is called off.
    before: async (transaction) => {
      const facts = { chunkCount: chunks.length, pageCount: pages > 0 ? pages : null }
      await step(createVersionRepository(transaction).switchTo({ document, runId: subject.runId }, facts))
    },
    signal,
  })
  tell({ type: 'document-indexed', chunks: chunks.length, ms: elapsed(indexedMs) })
}

const readWithProgress = async (
  { documents, files }: IngestDocumentDependencies,
  { document, content }: { document: DocumentRow; content: VersionContent },
  signal: AbortSignal,
): Promise<DocumentText> => {
  let noted: Promise<void> = Promise.resolve()
  const path = await files.localPath(content.contentHash)
  try {
    return await readDocument(
      { path, mediaType: content.mediaType as MediaType },
      {
        signal,
        onPage: ({ read, count }) => {
          if (read % PROGRESS_PAGES === 1) {
            noted = noted.then(() => documents.note(document.id, { pagesRead: read, pageCount: count }))
          }
        },
      },
    )
  } finally {
    await noted
  }
}

const step = async (moved: Promise<DocumentRow | undefined>): Promise<void> => {
  if (!(await moved)) throw new NothingToDoError('the document was deleted or finished by another worker')
}

const elapsed = (sinceMs: number) => Math.round(performance.now() - sinceMs)
