import type { Logger } from '#shared/logging/logger.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { WireStrategy } from '../wire/wire-strategy.ts'
import { deleteInRagflow, updateInRagflow } from './change-in-ragflow.ts'
import { createDatasets } from './datasets.ts'
import { listChunks, runOf } from './documents.ts'
import { queryRagflow } from './query-ragflow.ts'
import { createRagflowClient } from './ragflow-client.ts'
import { findUsable, type RagflowContext } from './ragflow-context.ts'
import { createRagflowDocumentRepository } from './ragflow-document-repository.ts'
import { asWireError } from './ragflow-failure.ts'
import type { RagflowSettings } from './ragflow-settings.ts'
import { saveInRagflow } from './save-in-ragflow.ts'
import { splitInRagflow } from './split-in-ragflow.ts'

const POLL_MS = 1_000
const PARSE_MS_MAX = 300_000

export const createRagflowContext = (
  settings: RagflowSettings,
  dependencies: { database: Database; outbound: OutboundGuard; logger: Logger },
  times: { pollMs?: number; parseMsMax?: number } = {},
): RagflowContext => {
  const ask = createRagflowClient(settings)
  return {
    ask,
    datasets: createDatasets(ask),
    documents: createRagflowDocumentRepository(dependencies.database),
    outbound: dependencies.outbound,
    logger: dependencies.logger,
    defaultGroup: settings.defaultGroup,
    pollMs: times.pollMs ?? POLL_MS,
    parseMsMax: times.parseMsMax ?? PARSE_MS_MAX,
  }
}

/** Ragflow-RAG, answered by a RAGFlow. */
export const ragflowStrategy = (context: RagflowContext): WireStrategy => ({
  query: (request, call) => queryRagflow(context, request, call),
  split: (request, call) => splitInRagflow(context, request, call),
  chunks_save: (request, call) => saveInRagflow(context, request, call),
  chunks_update: (request, call) => updateInRagflow(context, request, call),
  chunks_delete: (request, call) => deleteInRagflow(context, request, call),
  query_doc: ({ docId }, call) =>
    asWireError(10020, async () => {
      const placed = await findUsable(context, docId, call)
      if (!placed) return []
      const chunks = await listChunks(context.ask, { datasetId: placed.datasetId, documentId: docId }, call.signal)
      return chunks.map(({ id, content }) => ({ docId, chunkId: id, content }))
    }),
  query_doc_name: ({ docId }, call) =>
    asWireError(10020, async () => {
      const placed = await findUsable(context, docId, call)
      if (!placed) return null
      const { name, chunk_count, token_count } = placed.document
      return {
        docId,
        fileName: name,
        fileStatus: runOf(placed.document),
        fileQuantity: chunk_count ?? token_count ?? 0,
      }
    }),
})
