import { queueIngestion } from './queue-ingestion.ts'
import type { RetryDocumentDependencies } from './retry-document.ts'
import { createUnfinishedRepository } from './unfinished-repository.ts'

/** Documents queued by one statement. */
const BATCH = 200

/**
 * Queues every document of a base that has a file and is not being read, so that its chunks become those of the base's settings; what does not differ stays.
 * A process that dies on the way leaves documents that maintenance queues. Returns how many.
 */
export const reindexBase = async (
  dependencies: RetryDocumentDependencies,
  baseId: string,
  signal: AbortSignal,
): Promise<number> => {
  const unfinished = createUnfinishedRepository(dependencies.database)
  let queued = 0
  for (let afterId = ''; ; ) {
    signal.throwIfAborted()
    const rows = await unfinished.queueSome(baseId, { after: afterId, limit: BATCH })
    for (const row of rows) await queueIngestion(dependencies, row)
    queued += rows.length
    if (rows.length > 0) dependencies.nudge('ingestion')
    afterId =
      rows
        .map(({ id }) => id)
        .toSorted()
        .at(-1) ?? afterId
    if (rows.length < BATCH) return queued
  }
}
