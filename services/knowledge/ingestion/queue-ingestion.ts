import type { Journal } from '#shared/journal/journal.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import type { DocumentRow } from '../tables.ts'
import { INGESTION_KIND, type IngestionEvent } from './ingestion-events.ts'

export interface QueueIngestionDependencies {
  documents: DocumentRepository
  journal: () => Promise<Journal>
}

/**
 * Queues the run that reads, splits and indexes a stored document, and notes its id in the row. Two runs for one document do no harm: the
 * first to finish wins. Returns the run's id.
 */
export const queueIngestion = async (
  { documents, journal }: QueueIngestionDependencies,
  document: DocumentRow,
): Promise<string> => {
  const queued: IngestionEvent = {
    type: 'ingestion-queued',
    documentId: document.id,
    baseId: document.baseId ?? '',
    name: document.name,
    bytes: document.sizeBytes,
  }
  const run = { kind: INGESTION_KIND, appId: document.appId, subjectId: document.id, subjectVersion: '' }
  const runId = await (await journal()).enqueue(run, [queued])
  await documents.noteQueued([{ documentId: document.id, runId }])
  return runId
}
