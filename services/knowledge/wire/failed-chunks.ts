/** A chunk that could not be taken. */
export interface FailedChunk {
  id: string
  reason: string
}

/** As the original's console reads them: ids, separated by commas. Null when all went well. */
export const failedIds = (failed: readonly FailedChunk[]): { failedChunk: { chunkId: string } } | null =>
  failed.length === 0 ? null : { failedChunk: { chunkId: failed.map(({ id }) => id).join(',') } }

/** As Ragflow-RAG tells them: sentences, separated by semicolons. Null when all went well. */
export const failedReasons = (failed: readonly FailedChunk[]): { failedChunk: { chunkId: string } } | null =>
  failed.length === 0
    ? null
    : { failedChunk: { chunkId: failed.map(({ id, reason }) => `chunk ${id}: ${reason}`).join('; ') } }
