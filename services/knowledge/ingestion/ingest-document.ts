import { DocumentUnreadableError } from '#shared/documents/errors.ts'
import { AppError } from '#shared/errors/app-error.ts'
import type { ClaimedRun } from '#shared/journal/journal.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import type { DocumentRepository, RunSubject } from '../documents/document-repository.ts'
import { createVersionRepository } from '../documents/version-repository.ts'
import { ContentKnownError } from '../errors.ts'
import type { DocumentRow } from '../tables.ts'
import { OvertakenError } from './commit-reading.ts'
import { type GatheredSteps, isSmallText } from './gathered-steps.ts'
import { OcrRefusedError, PageFailureKeptError } from './ingestion-errors.ts'
import type { IngestionEvent } from './ingestion-events.ts'
import type { IngestionPlace } from './ingestion-places.ts'
import { makeChunks } from './make-chunks.ts'
import { type ReadContentDependencies, readContent } from './read-content.ts'

export interface IngestDocumentDependencies extends CommitChunksDependencies, ReadContentDependencies {
  documents: DocumentRepository
  /** What many runs at once ask of the database together. */
  together: GatheredSteps
  models: CommitChunksDependencies['models'] & ReadContentDependencies['models']
  /** Tells the journal's id of this process, for the trace. */
  workerId: number
}

interface Ingestion {
  document: DocumentRow
  subject: RunSubject
  tell: (event: IngestionEvent) => void
  place: IngestionPlace
}

/**
 * Executes one ingestion run from the beginning: read the stored file, split it, index what differs. Everything up to the last step can be repeated; the
 * last one is a single transaction that writes the chunks and `ready`. Rejects for causes outside the document, so that the run is tried again.
 */
export const ingestDocument = async (
  dependencies: IngestDocumentDependencies,
  { header, writer, place }: Pick<ClaimedRun, 'header' | 'writer'> & { place: IngestionPlace },
  signal: AbortSignal,
): Promise<'ready' | 'failed' | 'skipped'> => {
  const tell = (event: IngestionEvent) => void writer.append(event)
  const subject = { documentId: header.subjectId, runId: header.id }
  tell({ type: 'ingestion-started', worker: dependencies.workerId, attempt: header.attempts + 1 })
  try {
    const document = await dependencies.together.beginReading(subject)
    if (!document) throw new OvertakenError('the document is gone or finished')
    dependencies.observe?.('claimed')
    await readSplitIndex(dependencies, { document, subject, tell, place }, signal)
    await writer.finish('completed')
    return 'ready'
  } catch (error) {
    if (error instanceof OvertakenError) {
      tell({ type: 'ingestion-skipped', reason: error.message })
      await writer.finish('completed')
      return 'skipped'
    }
    if (signal.aborted) throw error
    if (!isOfDocument(error)) {
      tell({ type: 'ingestion-interrupted', ...toFailure(error) })
      throw error
    }
    await failDocument(dependencies.documents, subject, toFailure(error))
    tell({ type: 'ingestion-failed', ...toFailure(error) })
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
const isOfDocument = (error: unknown): boolean =>
  [DocumentUnreadableError, ContentKnownError, OcrRefusedError, PageFailureKeptError].some(
    (kind) => error instanceof kind,
  )

/** What is expected is told as it is; of the rest no more than that it happened, since it may hold anything. */
const toFailure = (error: unknown) =>
  error instanceof AppError
    ? { code: error.code, reason: error.message, remedy: error.remedy ?? '' }
    : {
        code: 'KNOWLEDGE_INGESTION_INTERRUPTED',
        reason: 'Something outside of the document stopped its ingestion.',
        remedy: 'Look for the run in the logs; then retry the document.',
      }

const readSplitIndex = async (
  dependencies: IngestDocumentDependencies,
  { document, subject, tell, place }: Ingestion,
  signal: AbortSignal,
): Promise<void> => {
  const { documents, together, observe } = dependencies
  const base = document.baseId === null ? undefined : await together.findBase(document.baseId)
  if (!base) throw new OvertakenError('its base is gone')
  const content = await createVersionRepository(dependencies.database).contentToRead(document)
  if (!content) throw new OvertakenError('it has no file')

  const isSmall = isSmallText(content)
  await place.take(isSmall ? 'small' : 'large', signal)
  const startedMs = performance.now()
  const text = await readContent(dependencies, { base, content, subject, tell }, signal)
  const pages = text.pageStarts.length
  const failedPages = text.failedPages.length
  observe?.('read')
  tell({ type: 'document-read', pages, failedPages, characters: text.text.length, ms: elapsed(startedMs) })

  const counted = pages > 0 ? { pageCount: pages, pagesRead: pages - failedPages, failedPages } : {}
  if (!isSmall) await step(documents.move(subject, 'splitting', counted))
  const chunks = makeChunks(text, base.splitting)
  if (chunks.length === 0) throw new DocumentUnreadableError('empty')
  observe?.('split')
  tell({ type: 'document-split', chunks: chunks.length })

  if (!isSmall) await step(documents.move(subject, 'indexing'))
  signal.throwIfAborted()
  const indexedMs = performance.now()
  observe?.('committing')
  const reading = { base, document, content, subject, text, chunks }
  const committed = await together.commit({ reading, signal })
  observe?.('committed')
  tell({ type: 'document-indexed', chunks: chunks.length, ...committed, ms: elapsed(indexedMs) })
}

const step = async (moved: Promise<DocumentRow | undefined>): Promise<void> => {
  if (!(await moved)) throw new OvertakenError('the document was deleted or finished by another worker')
}

const elapsed = (sinceMs: number) => Math.round(performance.now() - sinceMs)
