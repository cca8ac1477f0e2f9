import { join } from 'node:path'
import type { Journal } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { type BaseRepository, createBaseRepository } from './bases/base-repository.ts'
import { type ChunkRepository, createChunkRepository } from './chunks/chunk-repository.ts'
import { createDocumentRepository, type DocumentRepository } from './documents/document-repository.ts'
import type { KnowledgeIndex } from './retrieval/knowledge-index.ts'
import { createSegmentIndex } from './retrieval/segments/segment-index.ts'

export interface KnowledgeDependencies {
  logger: Logger
  metrics: MetricsRegistry
  database: Database
  bases: BaseRepository
  documents: DocumentRepository
  chunks: ChunkRepository
  /** Uploaded files. */
  files: ObjectStore
  index: KnowledgeIndex
  outbound: OutboundGuard
  journal: () => Promise<Journal>
  /** Tells this process's claimer that a run was queued. */
  nudge: () => void
}

export const createKnowledgeDependencies = async (
  base: Pick<KnowledgeDependencies, 'logger' | 'metrics' | 'database' | 'outbound' | 'journal' | 'nudge'> & {
    dataDirectory: string
  },
): Promise<KnowledgeDependencies> => {
  const { database, logger } = base
  // One folder an owner: each sweeps what its own rows do not name.
  const folder = join(base.dataDirectory, 'objects', 'knowledge')
  const segments = await openLocalObjectStore(join(folder, 'segments'))
  return {
    logger,
    metrics: base.metrics,
    database,
    outbound: base.outbound,
    journal: base.journal,
    nudge: base.nudge,
    bases: createBaseRepository(database),
    documents: createDocumentRepository(database),
    chunks: createChunkRepository(database),
    files: await openLocalObjectStore(join(folder, 'files')),
    index: createSegmentIndex({ database, store: segments, logger }),
  }
}
