import { type AnswerQuestionDependencies, answerQuestion, type Question, type SearchHit } from './answer-question.ts'

export type { SearchHit } from './answer-question.ts'
export type SearchBasesDependencies = AnswerQuestionDependencies

export interface BaseSearch extends Omit<Question, 'filter' | 'overrides'> {
  /** Only these documents; undefined for all of the bases. */
  documentIds?: readonly string[] | undefined
  /** 0..1; undefined: what each base says. */
  scoreMin?: number | undefined
}

/** The best chunks of bases as their settings say, best first: see `answerQuestion`. */
export const searchBases = async (
  dependencies: SearchBasesDependencies,
  { documentIds, scoreMin, ...search }: BaseSearch,
): Promise<SearchHit[]> => {
  const filter = documentIds && { documentIds: [...documentIds] }
  const { hits } = await answerQuestion(dependencies, { ...search, filter, overrides: { scoreMin } })
  return hits
}
