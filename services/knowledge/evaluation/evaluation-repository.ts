import { and, asc, count, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { Measure, MeasuredQuestion } from './measured-question.ts'
import { knowledgeEvaluationAnswers, knowledgeEvaluations, knowledgeQuestions } from './tables.ts'

export type EvaluationRow = typeof knowledgeEvaluations.$inferSelect
export type EvaluationState = EvaluationRow['state']

/** One line of the table of an evaluation. */
export interface AnswerRow {
  number: number
  question: string
  expected: Record<string, number>
  measured: Record<string, MeasuredQuestion>
}

/** Which questions changed between two configurations. */
export interface Changed {
  from: string
  to: string
  measure: Measure
  only: 'better' | 'worse'
}

const UNFINISHED = ['queued', 'running'] as const
/** Differences below are rounding. */
const EPSILON = 1e-9

export const createEvaluationRepository = (database: Database) => ({
  async insert(
    row: Pick<EvaluationRow, 'id' | 'baseId' | 'setId' | 'configurations' | 'baseline' | 'runId'>,
  ): Promise<EvaluationRow> {
    const [inserted] = await database
      .insert(knowledgeEvaluations)
      .values({ ...row, state: 'queued' })
      .returning()
    return inserted as EvaluationRow
  },

  /** @param baseId undefined for whoever executes it */
  async find(evaluationId: string, baseId?: string): Promise<EvaluationRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeEvaluations)
      .where(
        and(
          eq(knowledgeEvaluations.id, evaluationId),
          baseId === undefined ? undefined : eq(knowledgeEvaluations.baseId, baseId),
        ),
      )
    return row
  },

  /** Newest first. Pass the last id of a page to get the next one. */
  async list(baseId: string, page: { beforeId?: string | undefined; limit: number }): Promise<EvaluationRow[]> {
    return database
      .select()
      .from(knowledgeEvaluations)
      .where(
        and(
          eq(knowledgeEvaluations.baseId, baseId),
          page.beforeId ? lt(knowledgeEvaluations.id, page.beforeId) : undefined,
        ),
      )
      .orderBy(desc(knowledgeEvaluations.id))
      .limit(page.limit)
  },

  /** Moves an evaluation that has not ended. Undefined when it has, or is gone: then nothing is written. */
  async move(
    evaluationId: string,
    state: EvaluationState,
    facts: Partial<Pick<EvaluationRow, 'results' | 'failureReason'>> = {},
  ): Promise<EvaluationRow | undefined> {
    const [row] = await database
      .update(knowledgeEvaluations)
      .set({ ...facts, state, updatedAt: sql`now()` })
      .where(and(eq(knowledgeEvaluations.id, evaluationId), inArray(knowledgeEvaluations.state, [...UNFINISHED])))
      .returning()
    return row
  },

  /** False when there was none. */
  async delete(baseId: string, evaluationId: string): Promise<boolean> {
    const rows = await database
      .delete(knowledgeEvaluations)
      .where(and(eq(knowledgeEvaluations.id, evaluationId), eq(knowledgeEvaluations.baseId, baseId)))
      .returning({ id: knowledgeEvaluations.id })
    return rows.length > 0
  },

  /**
   * Stores what was measured and counts it, once: a second worker with the same question changes nothing. False when the evaluation has ended or is
   * gone: then nothing is written.
   */
  async answer(evaluationId: string, number: number, measured: Record<string, MeasuredQuestion>): Promise<boolean> {
    return database.transaction(async (transaction) => {
      // Locks the row first, so that a deleted evaluation gets no answers and two workers count one after the other.
      const [row] = await transaction
        .select({ state: knowledgeEvaluations.state })
        .from(knowledgeEvaluations)
        .where(eq(knowledgeEvaluations.id, evaluationId))
        .for('update')
      if (row?.state !== 'running') return false
      await transaction
        .insert(knowledgeEvaluationAnswers)
        .values({ evaluationId, number, measured })
        .onConflictDoNothing()
      const done = transaction
        .select({ done: count() })
        .from(knowledgeEvaluationAnswers)
        .where(eq(knowledgeEvaluationAnswers.evaluationId, evaluationId))
      await transaction
        .update(knowledgeEvaluations)
        .set({ questionsDone: sql`(${done})`, updatedAt: sql`now()` })
        .where(eq(knowledgeEvaluations.id, evaluationId))
      return true
    })
  },

  async answered(evaluationId: string): Promise<Set<number>> {
    const rows = await database
      .select({ number: knowledgeEvaluationAnswers.number })
      .from(knowledgeEvaluationAnswers)
      .where(eq(knowledgeEvaluationAnswers.evaluationId, evaluationId))
    return new Set(rows.map(({ number }) => number))
  },

  /** By number of the question, from after one. */
  async answers(
    evaluation: Pick<EvaluationRow, 'id' | 'setId'>,
    page: { afterNumber: number; limit: number; changed?: Changed | undefined },
  ): Promise<AnswerRow[]> {
    const { measured, number, evaluationId } = knowledgeEvaluationAnswers
    return database
      .select({ number, measured, question: knowledgeQuestions.question, expected: knowledgeQuestions.expected })
      .from(knowledgeEvaluationAnswers)
      .innerJoin(
        knowledgeQuestions,
        and(eq(knowledgeQuestions.setId, evaluation.setId), eq(knowledgeQuestions.number, number)),
      )
      .where(
        and(eq(evaluationId, evaluation.id), gt(number, page.afterNumber), page.changed && hasChanged(page.changed)),
      )
      .orderBy(asc(number))
      .limit(page.limit)
  },

  /** Not begun for so long: their process may have died before the run was in the journal. */
  async stranded(olderThanMs: number, limit: number): Promise<EvaluationRow[]> {
    return database
      .select()
      .from(knowledgeEvaluations)
      .where(
        and(
          eq(knowledgeEvaluations.state, 'queued'),
          lt(knowledgeEvaluations.updatedAt, sql`now() - make_interval(secs => ${olderThanMs / 1000}::float8)`),
        ),
      )
      .limit(limit)
  },
})

const hasChanged = ({ from, to, measure, only }: Changed): SQL => {
  const score = (name: string) =>
    sql`(${knowledgeEvaluationAnswers.measured} -> ${name}::text -> 'scores' ->> ${measure}::text)::float8`
  return only === 'better'
    ? sql`${score(to)} > ${score(from)} + ${EPSILON}::float8`
    : sql`${score(to)} < ${score(from)} - ${EPSILON}::float8`
}
