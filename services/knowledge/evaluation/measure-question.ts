import { type AnswerQuestionDependencies, answerQuestion, type SearchTimes } from '../retrieval/answer-question.ts'
import { createQuestionVectors } from '../retrieval/question-vectors.ts'
import type { EvaluationRow } from './evaluation-repository.ts'
import { DOCUMENTS_MEASURED, measureRanking } from './measure-ranking.ts'
import type { MeasuredQuestion } from './measured-question.ts'
import type { QuestionRow } from './question-set-repository.ts'

/** Chunks that are asked for, so that they are of enough different documents. */
const CHUNKS_MAX = 200
/** A question that was asked lately would cost no time, and the next one would. */
const NO_MEMORY = { find: () => undefined, keep: () => undefined }
/** Documents that the table of an evaluation shows. */
const FOUND_SHOWN_MAX = 10

/**
 * Asks a question with each configuration and measures the answers. Models are asked as by a search; one that fails rejects, as an answer without it
 * would be measured as one with it.
 */
export const measureQuestion = async (
  dependencies: AnswerQuestionDependencies,
  {
    appId,
    baseId,
    configurations,
    question,
  }: { appId: string } & Pick<EvaluationRow, 'baseId' | 'configurations'> & { question: QuestionRow },
  signal: AbortSignal,
): Promise<Record<string, MeasuredQuestion>> => {
  const asked = { appId: appId === '' ? undefined : appId, text: question.question, signal }
  const vectors = createQuestionVectors({ ...dependencies, questionMemory: NO_MEMORY }, asked)
  const measured: Record<string, MeasuredQuestion> = {}
  // One after the other: side by side, each would be slowed down by the rest.
  for (const [name, settings] of Object.entries(configurations)) {
    const { mode, fusion, weights, rerankModel, scoreMin } = settings
    const { hits, times, modelCalls } = await answerQuestion(dependencies, {
      ...asked,
      baseIds: [baseId],
      limit: CHUNKS_MAX,
      // `vector` with a base that has no vectors was refused before; a base whose settings say it may be searched by words.
      overrides: { mode, fusion, weights, rerankModel, scoreMin },
      isStrict: true,
      vectors,
    })
    const found = [...new Set(hits.map(({ chunk }) => chunk.documentId))].slice(0, DOCUMENTS_MEASURED)
    measured[name] = {
      ...measureRanking(found, question.expected),
      tookMs: waitOf(times),
      modelCalls,
      found: found.slice(0, FOUND_SHOWN_MAX),
    }
  }
  return measured
}

/** What somebody would have waited: the vector of the question counts for each configuration that uses it, though it was asked for once. */
const waitOf = ({ lexicalMs, embeddingMs, vectorMs, rerankMs }: SearchTimes): number =>
  Math.round((Math.max(lexicalMs, embeddingMs + vectorMs) + rerankMs) * 1000) / 1000
