import { AppError } from '#shared/errors/app-error.ts'
import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { EmbeddingFailedError, EmbeddingModelUnknownError } from '../errors.ts'

export interface EmbedTextsDependencies {
  models: Pick<RefreshableModelDirectory, 'embeddingByName'>
}

export interface TextsToEmbed {
  /** For the error, so that it tells whose vectors could not be made. */
  baseId: string
  /** Name of a model of kind `embedding`. */
  model: string
  /** Whose budget it is; empty for a base of no app. */
  appId: string
  texts: readonly string[]
}

/**
 * Asks a model for the vectors of texts: one each, in their order, scaled to length 1, so that a product of two is the cosine of their angle.
 * Throws EmbeddingModelUnknownError when there is no such model, EmbeddingFailedError when it cannot be asked or answers with something else, the
 * signal's reason.
 */
export const embedTexts = async (
  { models }: EmbedTextsDependencies,
  { baseId, model, appId, texts }: TextsToEmbed,
  signal: AbortSignal,
): Promise<Float32Array[]> => {
  if (texts.length === 0) return []
  const embedding = await models.embeddingByName(model, appId)
  if (!embedding) throw new EmbeddingModelUnknownError(baseId, model)
  try {
    return (await embedding.embed(texts, signal)).map(toUnitLength)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) throw new EmbeddingFailedError({ baseId, model }, error)
    throw error
  }
}

/** A vector of zeros has no direction and stays as it is: nothing is near to it. */
const toUnitLength = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0))
  return length === 0 ? vector : vector.map((number) => number / length)
}
