import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { ModelNotUsableError } from '../errors.ts'

/** Names of models that a base is given; null and undefined need no check. */
export interface ModelNames {
  embeddingModel?: string | null | undefined
  rerankModel?: string | null | undefined
  ocrModel?: string | null | undefined
}

/**
 * Whether each named model is there, enabled and of the kind it is wanted for, so that a base never waits for a model that nobody has. Throws
 * ModelNotUsableError.
 */
export const checkModels = async (models: RefreshableModelDirectory, names: ModelNames): Promise<void> => {
  const { embeddingModel, rerankModel, ocrModel } = names
  // The row may be seconds old, and what this process remembers of the name as well.
  if (embeddingModel || rerankModel || ocrModel) models.forget()
  if (embeddingModel && !(await models.embeddingByName(embeddingModel))) {
    throw new ModelNotUsableError('embeddingModel', embeddingModel, 'embedding')
  }
  if (rerankModel && !(await models.rerankByName(rerankModel))) {
    throw new ModelNotUsableError('rerankModel', rerankModel, 'rerank')
  }
  if (!ocrModel) return
  const reader = await models.byName(ocrModel)
  if (!reader) throw new ModelNotUsableError('ocrModel', ocrModel, 'chat')
  if (reader.facts?.capabilities.images === 'false') throw new ModelNotUsableError('ocrModel', ocrModel, 'seeing')
}
