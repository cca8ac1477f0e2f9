/** How good each answer to a question is: all between 0 and 1, more is better. */
export const MEASURES = ['ndcg10', 'recall5', 'recall10', 'recall50', 'reciprocalRank', 'hit10'] as const
export type Measure = (typeof MEASURES)[number]

/** What one configuration made of one question. */
export interface MeasuredQuestion {
  scores: Record<Measure, number>
  /** Rank of the first expected document, from 1; null where none was found. */
  firstRank: number | null
  /** Milliseconds to find the hits, with the calls of models. */
  tookMs: number
  /** What was asked of models. Tokens are estimated: providers do not tell them with every answer. */
  modelCalls: { embeddingTokens: number; rerankTokens: number }
  /** The first documents that were found, best first. */
  found: string[]
}
