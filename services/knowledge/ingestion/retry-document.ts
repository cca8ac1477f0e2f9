import type { Database } from '#shared/postgres/connect.ts'
import { isSettled } from '../documents/document-state.ts'
import { createVersionRepository } from '../documents/version-repository.ts'
import type { DocumentRow } from '../tables.ts'
import { DocumentUnreadAgainError, PageUnknownError } from './ingestion-errors.ts'
import { createPageRepository } from './page-repository.ts'
import { type QueueIngestionDependencies, queueIngestion } from './queue-ingestion.ts'
import { createUnfinishedRepository } from './unfinished-repository.ts'

export interface RetryDocumentDependencies extends QueueIngestionDependencies {
  database: Database
  /** Tells this process's claimer that a run is there. */
  nudge: (only: 'ingestion') => void
}

/**
 * Queues a document to be read again: with all pages that failed, or with these, which are asked for anew even when they were read. One that is being read
 * is left at that. What was found stays so until the new reading is committed. Throws DocumentUnreadAgainError, PageUnknownError.
 */
export const retryDocument = async (
  dependencies: RetryDocumentDependencies,
  document: DocumentRow,
  pages: readonly number[] | 'failed',
): Promise<{ document: DocumentRow; queued: boolean }> => {
  const content = await createVersionRepository(dependencies.database).contentToRead(document)
  if (!content || document.state === 'draft') throw new DocumentUnreadAgainError(document.id)
  if (!isSettled(document.state)) return { document, queued: false }
  const unknown = pages === 'failed' ? undefined : pages.find((page) => page > (document.pageCount ?? 0))
  if (unknown !== undefined) throw new PageUnknownError(document.id, unknown, document.pageCount ?? 0)

  const queued = await dependencies.database.transaction(async (transaction) => {
    const row = await createUnfinishedRepository(transaction).queue(document.id)
    if (row) await createPageRepository(transaction).queue(document.id, content.contentHash, pages)
    return row
  })
  if (!queued) return { document, queued: false }
  const runId = await queueIngestion(dependencies, queued)
  dependencies.nudge('ingestion')
  return { document: { ...queued, runId }, queued: true }
}
