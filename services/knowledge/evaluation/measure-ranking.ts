import type { Measure } from './measured-question.ts'

/** Documents that are looked at: no measure asks for more. */
export const DOCUMENTS_MEASURED = 50

/**
 * How good a ranking of documents is for a question. Pure.
 *
 * - `ndcg10`: the gains of the first ten documents, each divided by log2(rank + 1), as a share of the best that ten documents could reach; the gain of a
 *   document is its grade (Järvelin and Kekäläinen 2002, https://doi.org/10.1145/582415.582418, with the discount that trec_eval uses).
 * - `recallN`: the share of the expected documents among the first N.
 * - `reciprocalRank`: 1 / rank of the first expected document, 0 where none was found (Voorhees, TREC-8, 1999); its mean is MRR.
 * - `hit10`: 1 where an expected document is among the first ten; its mean is the hit rate.
 *
 * @param found document ids, best first, each once
 * @param expected grade of each document that ought to be found, above 0
 */
export const measureRanking = (
  found: readonly string[],
  expected: Readonly<Record<string, number>>,
): { scores: Record<Measure, number>; firstRank: number | null } => {
  const wanted = new Map(Object.entries(expected))
  const looked = found.slice(0, DOCUMENTS_MEASURED)
  const first = looked.findIndex((id) => wanted.has(id))
  const recall = (cut: number) => looked.slice(0, cut).filter((id) => wanted.has(id)).length / wanted.size
  const gains = looked.map((id) => wanted.get(id) ?? 0)
  const best = [...wanted.values()].sort((a, b) => b - a)
  return {
    firstRank: first < 0 ? null : first + 1,
    scores: {
      ndcg10: discounted(gains.slice(0, 10)) / discounted(best.slice(0, 10)),
      recall5: recall(5),
      recall10: recall(10),
      recall50: recall(50),
      reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
      hit10: first >= 0 && first < 10 ? 1 : 0,
    },
  }
}

const discounted = (gains: readonly number[]): number =>
  gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0)
