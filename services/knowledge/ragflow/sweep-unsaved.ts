import { deleteDocument } from './documents.ts'
import type { RagflowContext } from './ragflow-context.ts'

const ROUND_MAX = 100

/**
 * Takes documents out of RAGFlow that were split but never saved. A RAGFlow that cannot be reached keeps them until the next round.
 * @returns how many are gone
 */
export const sweepUnsaved = async (
  { ask, documents }: Pick<RagflowContext, 'ask' | 'documents'>,
  olderThanMs: number,
  signal: AbortSignal,
): Promise<number> => {
  const rows = await documents.unsaved(olderThanMs, ROUND_MAX)
  for (const { id, datasetId } of rows) {
    await deleteDocument(ask, { datasetId, documentId: id }, signal)
    await documents.delete(id)
  }
  return rows.length
}
