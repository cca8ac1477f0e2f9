import { AppError } from '#shared/errors/app-error.ts'
import type { ClaimedRun } from '#shared/journal/journal.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { priceCall } from '#shared/models/usage/price-call.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import type { AnswerQuestionDependencies } from '../retrieval/answer-question.ts'
import type { BaseRow } from '../tables.ts'
import type { EvaluationEvent } from './evaluation-events.ts'
import { createEvaluationRepository, type EvaluationRow } from './evaluation-repository.ts'
import { measureQuestion } from './measure-question.ts'
import { createQuestionSetRepository } from './question-set-repository.ts'
import { type CostOf, summariseEvaluation } from './summarise-evaluation.ts'

export interface RunEvaluationDependencies extends AnswerQuestionDependencies {
  bases: BaseRepository
  /** The journal's id of this process, for the trace. */
  workerId: number
}

/** It was deleted, or ended elsewhere, while it was being executed. */
class EvaluationEndedError extends Error {}

/** Questions read at once. */
const PAGE_MAX = 200
/** Questions between two notes of the progress in the journal; the row knows each of them. */
const PROGRESS_QUESTIONS = 25
/** Billionths, as prices of calls are kept. */
const NANO = 1_000_000_000

/**
 * Executes one evaluation from where it is: every question whose answer is stored is done. A worker may be killed anywhere; the next one measures the
 * question again that was being measured. Rejects for causes that may pass, such as a model that is away, so that the run is tried again.
 */
export const runEvaluation = async (
  dependencies: RunEvaluationDependencies,
  { header, writer }: Pick<ClaimedRun, 'header' | 'writer'>,
  signal: AbortSignal,
): Promise<'completed' | 'failed' | 'skipped'> => {
  const tell = (event: EvaluationEvent) => void writer.append(event)
  const evaluations = createEvaluationRepository(dependencies.database)
  const evaluation = await evaluations.move(header.subjectId, 'running')
  const base = evaluation && (await dependencies.bases.find(undefined, evaluation.baseId))
  const skip = async () => {
    tell({ type: 'evaluation-skipped', reason: 'the evaluation is gone or has ended' })
    await writer.finish('completed')
    return 'skipped' as const
  }
  if (!evaluation || !base) return skip()
  const startedMs = performance.now()
  try {
    const attempt = { worker: dependencies.workerId, attempt: header.attempts + 1 }
    await measureRest(dependencies, { evaluation, base, tell, attempt }, signal)
    const results = await summarise(dependencies, { evaluation, base })
    await evaluations.move(evaluation.id, 'completed', { results: { ...results }, failureReason: null })
    tell({ type: 'evaluation-completed', questions: results.questions, ms: Math.round(performance.now() - startedMs) })
    await writer.finish('completed')
    return 'completed'
  } catch (error) {
    if (error instanceof EvaluationEndedError && !signal.aborted) return skip()
    if (!(error instanceof AppError) || signal.aborted) throw error
    if (error.retryable) {
      // Shown while it is tried again, and what it failed for when no more tries are left.
      await evaluations.move(evaluation.id, 'running', { failureReason: error.message })
      throw error
    }
    await evaluations.move(evaluation.id, 'failed', { failureReason: error.message })
    tell({ type: 'evaluation-failed', code: error.code, reason: error.message, remedy: error.remedy ?? '' })
    await writer.finish('failed')
    return 'failed'
  }
}

/** Ends an evaluation before its time, with the figures of the questions that were measured. */
export const endEvaluation = async (
  dependencies: Pick<RunEvaluationDependencies, 'database' | 'bases'>,
  evaluationId: string,
  state: 'cancelled' | 'failed',
): Promise<void> => {
  const evaluations = createEvaluationRepository(dependencies.database)
  const evaluation = await evaluations.find(evaluationId)
  const base = evaluation && (await dependencies.bases.find(undefined, evaluation.baseId))
  if (!evaluation || !base) return
  const results = evaluation.questionsDone > 0 ? { ...(await summarise(dependencies, { evaluation, base })) } : {}
  const unknown =
    state === 'failed' ? `Its workers died again and again; look for the run ${evaluation.runId} in the logs.` : null
  await evaluations.move(evaluationId, state, { results, failureReason: evaluation.failureReason ?? unknown })
}

const measureRest = async (
  dependencies: RunEvaluationDependencies,
  run: {
    evaluation: EvaluationRow
    base: BaseRow
    tell: (event: EvaluationEvent) => void
    attempt: { worker: number; attempt: number }
  },
  signal: AbortSignal,
): Promise<void> => {
  const { evaluation, base, tell } = run
  const evaluations = createEvaluationRepository(dependencies.database)
  const sets = createQuestionSetRepository(dependencies.database)
  const questions = (await sets.find(base.id, evaluation.setId))?.questionCount ?? 0
  const done = await evaluations.answered(evaluation.id)
  tell({ type: 'evaluation-started', ...run.attempt, questionsDone: done.size, questions })
  for await (const question of questionsOf(sets, evaluation.setId)) {
    if (done.has(question.number)) continue
    signal.throwIfAborted()
    const asked = { appId: base.appId, baseId: base.id, configurations: evaluation.configurations, question }
    const measured = await measureQuestion(dependencies, asked, signal)
    if (!(await evaluations.answer(evaluation.id, question.number, measured))) throw new EvaluationEndedError()
    done.add(question.number)
    if (done.size % PROGRESS_QUESTIONS === 0)
      tell({ type: 'evaluation-progressed', questionsDone: done.size, questions })
  }
}

/** By number. */
const questionsOf = async function* (sets: ReturnType<typeof createQuestionSetRepository>, setId: string) {
  for (let afterNumber = -1; ; ) {
    const page = await sets.questions(setId, { afterNumber, limit: PAGE_MAX })
    yield* page
    if (page.length < PAGE_MAX) return
    afterNumber = page.at(-1)?.number ?? afterNumber
  }
}

const summarise = async (
  { database }: Pick<RunEvaluationDependencies, 'database'>,
  { evaluation, base }: { evaluation: EvaluationRow; base: BaseRow },
) => {
  const evaluations = createEvaluationRepository(database)
  const measured: Parameters<typeof summariseEvaluation>[1][number][] = []
  for (let afterNumber = -1; ; ) {
    const page = await evaluations.answers(evaluation, { afterNumber, limit: PAGE_MAX })
    measured.push(...page.map((answer) => answer.measured))
    if (page.length < PAGE_MAX) break
    afterNumber = page.at(-1)?.number ?? afterNumber
  }
  const costOf = await pricesOf(database, { evaluation, base })
  return summariseEvaluation(Object.keys(evaluation.configurations), measured, {
    baseline: evaluation.baseline,
    costOf,
    pause: () => Bun.sleep(0),
  })
}

/** What the tokens of a configuration cost, by the prices of today. */
const pricesOf = async (
  database: RunEvaluationDependencies['database'],
  { evaluation, base }: { evaluation: EvaluationRow; base: BaseRow },
): Promise<CostOf> => {
  const models = createModelRepository(database)
  const rerankers = Object.values(evaluation.configurations).map(({ rerankModel }) => rerankModel)
  const names = [...new Set([base.vectorModel, ...rerankers])].filter((name) => name != null)
  const prices = new Map(
    await Promise.all(names.map(async (name) => [name, (await models.find(name))?.price] as const)),
  )
  return (configuration, { embeddingTokens, rerankTokens }) => {
    const reranker = evaluation.configurations[configuration]?.rerankModel ?? ''
    const used = [
      { model: base.vectorModel ?? '', promptTokens: embeddingTokens },
      { model: reranker, promptTokens: rerankTokens },
    ].filter(({ promptTokens }) => promptTokens > 0)
    const priced = used.map(({ model, promptTokens }) => ({ price: prices.get(model), promptTokens }))
    const currency = priced[0]?.price?.currency
    if (currency === undefined || priced.some(({ price }) => price?.currency !== currency)) return null
    const nano = priced.reduce(
      (sum, { price, promptTokens }) => sum + priceCall(price, { promptTokens, completionTokens: 0 }),
      0,
    )
    return { amount: nano / NANO, currency }
  }
}
