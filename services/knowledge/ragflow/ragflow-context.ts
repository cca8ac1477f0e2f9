import type { Logger } from '#shared/logging/logger.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { RagflowDatasets } from './datasets.ts'
import { findDocument } from './documents.ts'
import type { RagflowDocument } from './ragflow-answers.ts'
import type { RagflowClient } from './ragflow-client.ts'
import type { RagflowDocumentRepository } from './ragflow-document-repository.ts'

/** What the operations of the connector share. */
export interface RagflowContext {
  ask: RagflowClient
  datasets: RagflowDatasets
  documents: RagflowDocumentRepository
  outbound: OutboundGuard
  logger: Logger
  defaultGroup: string
  /** Between two looks at a document that is read. Milliseconds. */
  pollMs: number
  /** How long a document may be read. Milliseconds. */
  parseMsMax: number
}

export interface PlacedDocument {
  datasetId: string
  document: RagflowDocument
}

/**
 * A document that the app may use: one that it brought itself, or one that did not come through us and lies in the default dataset, which belongs to
 * whoever knows its id. Undefined for any other.
 */
export const findUsable = async (
  { ask, datasets, documents, defaultGroup }: RagflowContext,
  documentId: string,
  { appId, signal }: { appId: string | undefined; signal: AbortSignal },
): Promise<PlacedDocument | undefined> => {
  const [known] = await documents.findAll([documentId])
  if (known && appId !== undefined && known.appId !== appId) return undefined
  const datasetId = known?.datasetId ?? (await datasets.find(defaultGroup, signal))
  const document = datasetId && (await findDocument(ask, { datasetId, documentId }, signal))
  return datasetId && document ? { datasetId, document } : undefined
}
