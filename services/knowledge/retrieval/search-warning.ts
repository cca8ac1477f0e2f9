/** Why an answer is less than what was asked for. */
export interface SearchWarning {
  code: 'EMBEDDING_UNAVAILABLE' | 'RERANK_UNAVAILABLE' | 'VECTORS_MISSING'
  /** The model that could not be asked. */
  model: string | null
  message: string
}

export const embeddingUnavailable = (model: string, cause: string): SearchWarning => ({
  code: 'EMBEDDING_UNAVAILABLE',
  model,
  message: `The embedding model ${model} could not be asked, so only words were searched: ${cause}`,
})

export const rerankUnavailable = (model: string, cause: string): SearchWarning => ({
  code: 'RERANK_UNAVAILABLE',
  model,
  message: `The rerank model ${model} could not be asked, so the hits stand in the order before it: ${cause}`,
})

export const vectorsMissing = (baseIds: readonly string[]): SearchWarning => ({
  code: 'VECTORS_MISSING',
  model: null,
  message: `Searched by words alone, since they have no vectors: ${baseIds.join(', ')}.`,
})
