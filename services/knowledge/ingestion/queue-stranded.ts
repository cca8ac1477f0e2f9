import { type QueueIngestionDependencies, queueIngestion } from './queue-ingestion.ts'

/** Documents queued in one round; the next one follows soon. */
const STRANDED_MAX = 100

/** Queues documents that were stored but whose process died before it queued their run. Returns how many. */
export const queueStranded = async (dependencies: QueueIngestionDependencies, olderThanMs: number): Promise<number> => {
  const stranded = await dependencies.documents.stranded(olderThanMs, STRANDED_MAX)
  for (const document of stranded) await queueIngestion(dependencies, document)
  return stranded.length
}
