/** A model that tells how well documents answer a question. */
export interface RerankModel {
  /** The name by which it is called. */
  readonly name: string
  /**
   * Every document by its place among `documents`, best first; of equal ones the earlier. Scores are comparable within one answer only.
   * Throws ModelError, or the signal's reason.
   */
  rerank(query: string, documents: readonly string[], signal: AbortSignal): Promise<RankedDocument[]>
}

export interface RankedDocument {
  index: number
  score: number
}
