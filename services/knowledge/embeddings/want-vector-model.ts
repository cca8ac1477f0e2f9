import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRow } from '../tables.ts'
import { createVectorModelRepository } from './vector-model-repository.ts'

export interface WantVectorModelDependencies {
  database: Database
  /** Tells this process that work was left for it. */
  nudge: () => void
}

/**
 * To be called when the settings of a base were stored: makes a wanted change of its embedding model due at once, one as well that failed and waits to be
 * tried again. The change itself happens in the background (start-vector-changes.ts).
 */
export const wantVectorModel = async (
  { database, nudge }: WantVectorModelDependencies,
  { before, after }: { before: BaseRow; after: BaseRow },
): Promise<void> => {
  const wanted = after.retrieval.embeddingModel ?? null
  const isNew = wanted !== (before.retrieval.embeddingModel ?? null)
  if (!isNew && (wanted === after.vectorModel || after.vectorsFailure === null)) return
  await createVectorModelRepository(database).retry(after.id)
  nudge()
}
