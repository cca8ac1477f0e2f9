import type { Journal } from '#shared/journal/journal.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { settingsOf } from '../bases/settings-of.ts'
import { VectorsMissingError } from '../errors.ts'
import type { RetrievalOverrides } from '../retrieval/retrieval-plan-policy.ts'
import type { BaseRow } from '../tables.ts'
import { QuestionSetNotFoundError } from './evaluation-errors.ts'
import { EVALUATION_KIND, type EvaluationEvent } from './evaluation-events.ts'
import { createEvaluationRepository, type EvaluationRow } from './evaluation-repository.ts'
import { createQuestionSetRepository } from './question-set-repository.ts'

export interface QueueEvaluationDependencies {
  database: Database
  journal: () => Promise<Journal>
  /** Tells this process's claimer that a run was queued. */
  nudge: () => void
}

/**
 * Stores an evaluation and queues its run. The settings are fixed here: a base that is changed meanwhile changes nothing. Throws
 * QuestionSetNotFoundError, and VectorsMissingError for settings that the base cannot be searched by.
 */
export const queueEvaluation = async (
  dependencies: QueueEvaluationDependencies,
  request: {
    base: BaseRow
    setId: string
    configurations: [name: string, overrides: RetrievalOverrides][]
    baseline: string
  },
): Promise<EvaluationRow> => {
  const { database, journal, nudge } = dependencies
  const { base, setId, configurations, baseline } = request
  const set = await createQuestionSetRepository(database).find(base.id, setId)
  if (!set) throw new QuestionSetNotFoundError(setId)
  const needsVectors = configurations.some(([, { mode }]) => mode === 'vector')
  if (needsVectors && base.vectorModel === null) throw new VectorsMissingError([base.id])
  const own = settingsOf(base)
  const row = await createEvaluationRepository(database).insert({
    id: Bun.randomUUIDv7(),
    baseId: base.id,
    setId: set.id,
    baseline,
    configurations: Object.fromEntries(
      configurations.map(([name, overrides]) => [name, { ...own, ...overrides } as typeof own]),
    ),
    // Written down before the run is stored: should this process die in between, maintenance stores it under this id, once.
    runId: (await journal()).nextRunId(),
  })
  await enqueue(await journal(), row, base.appId)
  nudge()
  return row
}

const enqueue = async (journal: Journal, evaluation: EvaluationRow, appId: string): Promise<void> => {
  const { id, baseId, setId, configurations, runId } = evaluation
  const queued: EvaluationEvent = {
    ...{ type: 'evaluation-queued', evaluationId: id, baseId, setId, configurations: Object.keys(configurations) },
  }
  const run = { kind: EVALUATION_KIND, appId, subjectId: id, subjectVersion: '' }
  await journal.enqueue(run, [queued], runId === null ? {} : { runId })
}

/** Evaluations queued in one round; the next one follows soon. */
const STRANDED_MAX = 100

/** Queues evaluations that were stored but whose process died before it queued their run. Returns how many. */
export const queueStrandedEvaluations = async (
  { database, journal, bases }: Pick<QueueEvaluationDependencies, 'database' | 'journal'> & { bases: BaseRepository },
  olderThanMs: number,
): Promise<number> => {
  const waiting = await createEvaluationRepository(database).stranded(olderThanMs, STRANDED_MAX)
  let queued = 0
  for (const evaluation of waiting) {
    const base = await bases.find(undefined, evaluation.baseId)
    if (!base || (await (await journal()).find(evaluation.runId ?? ''))) continue
    await enqueue(await journal(), evaluation, base.appId)
    queued += 1
  }
  return queued
}
