/** How the chunks of a base are found: by words, by meaning, or by both. */
export const RETRIEVAL_MODES = ['lexical', 'vector', 'hybrid'] as const
export type RetrievalMode = (typeof RETRIEVAL_MODES)[number]

/** How two ranked lists become one. */
export const FUSIONS = ['reciprocal-rank', 'weighted-sum'] as const
export type Fusion = (typeof FUSIONS)[number]

export interface RetrievalSettings {
  /** Without an embedding model every mode is lexical. */
  mode: RetrievalMode
  /** Name of a model of kind `embedding`; null: no vectors are made. */
  embeddingModel: string | null
  /** Name of a model of kind `rerank` that puts the best candidates in order; null: none. */
  rerankModel: string | null
  fusion: Fusion
  /** Share of each list in the fused order, 0..1. */
  weights: { lexical: number; vector: number }
  /** 0..1: hits with a lower score are left out. */
  scoreMin: number
}

/** Of a base whose owner set nothing: both ways as soon as there is an embedding model. */
export const DEFAULT_RETRIEVAL: RetrievalSettings = {
  mode: 'hybrid',
  embeddingModel: null,
  rerankModel: null,
  fusion: 'reciprocal-rank',
  weights: { lexical: 1, vector: 1 },
  scoreMin: 0,
}
