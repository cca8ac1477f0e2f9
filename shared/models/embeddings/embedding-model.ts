/** A model that makes texts into vectors. */
export interface EmbeddingModel {
  /** The name by which it is called. */
  readonly name: string
  /** Numbers in each vector; undefined until the first answer where the model's row does not say. */
  readonly dimensions: number | undefined
  /**
   * One vector for each text, in the order of the texts. Throws ModelError, MODEL_BAD_ANSWER above all when the answer holds another count of
   * vectors or of numbers, or the signal's reason.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>
}
