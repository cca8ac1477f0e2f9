import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRow, VectorsFailure } from '../tables.ts'
import { createVectorModelRepository, type VectorProgress } from './vector-model-repository.ts'

/**
 * `none`: no model and no vectors. `ready`: searches use the vectors of the model that is wanted. `changing`: those of the next model are being made.
 * `failing`: they could not be made the last time, and are tried again.
 */
export const VECTOR_STATES = ['none', 'ready', 'changing', 'failing'] as const

/** What searches of a base by meaning stand on. */
export interface ShownVectors {
  /** Model that searches use; null: none. */
  model: string | null
  state: (typeof VECTOR_STATES)[number]
  /** Distinct texts that have a vector of the next model, and of all of them; null unless it is being changed. */
  done: number | null
  total: number | null
  failure: VectorsFailure | null
}

/** What is shown of each of these bases; asks the database only where a model is being changed. */
export const showVectors = async (
  database: Database,
  bases: readonly BaseRow[],
): Promise<(base: BaseRow) => ShownVectors> => {
  const changing = bases.filter((base) => wantedBy(base) !== base.vectorModel && wantedBy(base) !== null)
  const progress = await createVectorModelRepository(database).progress(changing.map(({ id }) => id))
  return (base) => toShown(base, progress.get(base.id))
}

const toShown = (base: BaseRow, progress: VectorProgress | undefined): ShownVectors => {
  const { vectorModel: model, vectorsFailure: failure } = base
  const wanted = wantedBy(base)
  if (wanted === model)
    return { model, state: model === null ? 'none' : 'ready', done: null, total: null, failure: null }
  return {
    model,
    state: failure ? 'failing' : 'changing',
    done: progress?.done ?? 0,
    total: progress?.total ?? 0,
    failure,
  }
}

const wantedBy = (base: BaseRow): string | null => base.retrieval.embeddingModel ?? null
