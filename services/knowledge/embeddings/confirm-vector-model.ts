import type { Database } from '#shared/postgres/connect.ts'
import { EmbeddingLengthChangedError, VectorModelMovedError } from '../errors.ts'
import { createVectorModelRepository } from './vector-model-repository.ts'

/**
 * Inside a commit, with the base locked: whether the vectors that were prepared for it are still of the base's model and length. The first ones of a
 * base decide the length. Throws VectorModelMovedError when the model was changed meanwhile, EmbeddingLengthChangedError when others came first with
 * another length.
 *
 * @param length numbers of each vector; undefined when there are none
 */
export const confirmVectorModel = async (
  transaction: Database,
  { baseId, model, length }: { baseId: string; model: string | null; length: number | undefined },
): Promise<void> => {
  const repository = createVectorModelRepository(transaction)
  const base = await repository.find(baseId)
  if (base?.vectorModel !== model) throw new VectorModelMovedError(baseId)
  if (model === null || length === undefined || base.vectorDimensions === length) return
  if (base.vectorDimensions !== null) {
    throw new EmbeddingLengthChangedError({ baseId, model }, { was: base.vectorDimensions, is: length })
  }
  await repository.setDimensions(baseId, length)
}
