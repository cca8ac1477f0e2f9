import { join } from 'node:path'
import type { Journal } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ModelGate } from '#shared/models/gate/model-gate.ts'
import { openModelGate } from '#shared/models/gate/open-model-gate.ts'
import { createModelDirectory, type RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { type BaseRepository, createBaseRepository } from './bases/base-repository.ts'
import { type ChunkRepository, createChunkRepository } from './chunks/chunk-repository.ts'
import { createDocumentRepository, type DocumentRepository } from './documents/document-repository.ts'
import { gatherDocuments } from './documents/gather-documents.ts'
import { createQuestionMemory, type QuestionMemory } from './embeddings/question-memory.ts'
import { createQueryHistory, type QueryHistory } from './queries/query-history.ts'
import { createQueryRepository } from './queries/query-repository.ts'
import type { RagflowContext } from './ragflow/ragflow-context.ts'
import type { EngineChoice } from './retrieval/index-engine.ts'
import type { KnowledgeIndex } from './retrieval/knowledge-index.ts'
import { createLanceFinder, extensionsFolder } from './retrieval/lancedb/find-lancedb.ts'
import { createLanceIndex } from './retrieval/lancedb/lance-index.ts'
import { createModelBreaker, type ModelBreaker } from './retrieval/model-breaker.ts'
import { routeEngines } from './retrieval/route-engines.ts'
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
  engines: EngineChoice
  outbound: OutboundGuard
  /** Models that make vectors, put hits in order and read images. */
  models: RefreshableModelDirectory
  /** Budgets and books of what those models are asked. Close it when the service stops. */
  gate: ModelGate
  /** Vectors of questions that were asked lately. */
  questionMemory: QuestionMemory
  /** Spares questions the wait for models that do not answer. */
  breaker: ModelBreaker
  /** Questions that were asked. Close it when the service stops. */
  history: QueryHistory
  /** The RAGFlow that answers for Ragflow-RAG, where one is set. */
  ragflow?: RagflowContext
  journal: () => Promise<Journal>
  /** Tells this process's claimer that a run was queued. */
  nudge: (only?: 'ingestion') => void
}

export const createKnowledgeDependencies = async (
  base: Pick<KnowledgeDependencies, 'logger' | 'metrics' | 'database' | 'outbound' | 'journal' | 'nudge'> & {
    dataDirectory: string
    /** Opens the keys of models. */
    instanceKey: string
  },
): Promise<KnowledgeDependencies> => {
  const { database, logger } = base
  // One folder an owner: each sweeps what its own rows do not name.
  const folder = join(base.dataDirectory, 'objects', 'knowledge')
  const segments = await openLocalObjectStore(join(folder, 'segments'))
  const engines = {
    segments: createSegmentIndex({ database, store: segments, logger }),
    lancedb: createLanceIndex({
      database,
      folder: join(folder, 'lancedb'),
      find: createLanceFinder([extensionsFolder(base.dataDirectory)]),
      logger,
    }),
  }
  const gate = openModelGate(base)
  const models = createModelDirectory({
    models: createModelRepository(database),
    secrets: createSecretBox(base.instanceKey),
    outbound: base.outbound,
    rehearsal: { tokenMs: 0 },
    gate,
    logger,
  })
  return {
    logger,
    metrics: base.metrics,
    database,
    outbound: base.outbound,
    models,
    gate,
    questionMemory: createQuestionMemory(),
    breaker: createModelBreaker(),
    history: createQueryHistory({ queries: createQueryRepository(database), metrics: base.metrics, logger }),
    journal: base.journal,
    nudge: base.nudge,
    bases: createBaseRepository(database),
    documents: gatherDocuments(createDocumentRepository(database)),
    chunks: createChunkRepository(database),
    files: await openLocalObjectStore(join(folder, 'files')),
    index: routeEngines({ database, engines, logger }),
    engines: { assertUsable: (engine) => engines[engine].assertUsable() },
  }
}
