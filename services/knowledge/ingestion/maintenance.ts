import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import { sweepObjects } from '#shared/objects/sweep-objects.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { sweepEmbeddings } from '../embeddings/sweep-embeddings.ts'
import { queueStrandedEvaluations } from '../evaluation/queue-evaluation.ts'
import { sweepQueries } from '../queries/sweep-queries.ts'
import type { RagflowContext } from '../ragflow/ragflow-context.ts'
import { sweepUnsaved } from '../ragflow/sweep-unsaved.ts'
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'
import type { QueueIngestionDependencies } from './queue-ingestion.ts'
import { queueStranded } from './queue-stranded.ts'

const ROUND_MS = 5_000
/** Between storing a row and queueing its run lie milliseconds; after this long the process in between is dead. */
const STRANDED_MS = 15_000
/** A client of the wire splits, lets people edit, and saves: days may pass. */
const DRAFT_MS_MAX = 30 * 86_400_000
/** An upload's row comes right after its file. */
const FILE_AGE_MS_MIN = 3_600_000
const SWEEP_EVERY_MS = 600_000

export interface MaintenanceDependencies extends QueueIngestionDependencies {
  bases: BaseRepository
  index: KnowledgeIndex
  files: ObjectStore
  database: Database
  logger: Logger
  draining: AbortSignal
  /** The RAGFlow whose unsaved documents are swept too. */
  ragflow?: RagflowContext
}

/**
 * Work that no request waits for: queues documents whose process died between storing and queueing, merges index files, removes old drafts, and
 * files and vectors that nothing names. Every worker does it; each part may run twice at once.
 */
export const startMaintenance = (dependencies: MaintenanceDependencies): { stop(): Promise<void> } => {
  const { index, documents, files, logger, draining } = dependencies
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, draining])
  let sweptAtMs = Date.now()

  const round = async () => {
    const queued = await queueStranded(dependencies, STRANDED_MS)
    if (queued > 0) logger.warn({ documents: queued }, 'stranded documents queued')
    const evaluations = await queueStrandedEvaluations(dependencies, STRANDED_MS)
    if (evaluations > 0) logger.warn({ evaluations }, 'stranded evaluations queued')
    await index.maintain(signal)
    if (Date.now() - sweptAtMs < SWEEP_EVERY_MS) return
    sweptAtMs = Date.now()
    await documents.deleteDrafts(DRAFT_MS_MAX)
    await sweepQueries(dependencies, signal)
    await sweepEmbeddings(dependencies, signal)
    await sweepObjects(files, { ageMsMin: FILE_AGE_MS_MIN, unreferenced: documents.unnamedObjects, signal })
    // Last: it may be out of reach, which must not keep the rest from being done.
    if (dependencies.ragflow) await sweepUnsaved(dependencies.ragflow, DRAFT_MS_MAX, signal)
  }

  const loop = async () => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error }, 'maintenance failed, trying again later')
      })
      await sleep(ROUND_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
