import type { Database } from '#shared/postgres/connect.ts'
import { createEmbeddingRepository } from './embedding-repository.ts'

/** Rows removed by one statement. */
const BATCH = 2_000

/**
 * Removes vectors that nobody needs: of models that their base has left, and of texts that no chunk holds any more, these a day after they were last
 * wanted, so that a text that comes back is not paid for again. Returns how many.
 */
export const sweepEmbeddings = async ({ database }: { database: Database }, signal: AbortSignal): Promise<number> => {
  const embeddings = createEmbeddingRepository(database)
  let swept = 0
  for (const sweep of [embeddings.sweepModels, embeddings.sweepTexts]) {
    for (let removed = BATCH; removed === BATCH && !signal.aborted; swept += removed) removed = await sweep(BATCH)
  }
  return swept
}
