import { and, asc, desc, eq, gt, inArray, lt, or } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeDocuments } from '../tables.ts'
import { knowledgeQuestionSets, knowledgeQuestions } from './tables.ts'

export type QuestionSetRow = typeof knowledgeQuestionSets.$inferSelect
export type QuestionRow = typeof knowledgeQuestions.$inferSelect

/** Rows written, or names asked for, by one statement. */
const ROWS_MAX = 1_000

export const createQuestionSetRepository = (database: Database) => ({
  async insert(set: Omit<QuestionSetRow, 'createdAt'>, questions: readonly QuestionRow[]): Promise<QuestionSetRow> {
    return database.transaction(async (transaction) => {
      const [row] = await transaction.insert(knowledgeQuestionSets).values(set).returning()
      for (let start = 0; start < questions.length; start += ROWS_MAX) {
        await transaction.insert(knowledgeQuestions).values(questions.slice(start, start + ROWS_MAX))
      }
      return row as QuestionSetRow
    })
  },

  async countOf(baseId: string): Promise<number> {
    return database.$count(knowledgeQuestionSets, eq(knowledgeQuestionSets.baseId, baseId))
  },

  async find(baseId: string, setId: string): Promise<QuestionSetRow | undefined> {
    const [row] = await database.select().from(knowledgeQuestionSets).where(within(baseId, setId))
    return row
  },

  /** Newest first. Pass the last id of a page to get the next one. */
  async list(baseId: string, page: { beforeId?: string | undefined; limit: number }): Promise<QuestionSetRow[]> {
    return database
      .select()
      .from(knowledgeQuestionSets)
      .where(
        and(
          eq(knowledgeQuestionSets.baseId, baseId),
          page.beforeId ? lt(knowledgeQuestionSets.id, page.beforeId) : undefined,
        ),
      )
      .orderBy(desc(knowledgeQuestionSets.id))
      .limit(page.limit)
  },

  /** With its questions and evaluations. False when there was none. */
  async delete(baseId: string, setId: string): Promise<boolean> {
    const rows = await database
      .delete(knowledgeQuestionSets)
      .where(within(baseId, setId))
      .returning({ id: knowledgeQuestionSets.id })
    return rows.length > 0
  },

  /** By number, from after one. */
  async questions(setId: string, page: { afterNumber: number; limit: number }): Promise<QuestionRow[]> {
    return database
      .select()
      .from(knowledgeQuestions)
      .where(and(eq(knowledgeQuestions.setId, setId), gt(knowledgeQuestions.number, page.afterNumber)))
      .orderBy(asc(knowledgeQuestions.number))
      .limit(page.limit)
  },

  /** Documents of the base whose id or name is one of these. */
  async documents(baseId: string, namesOrIds: readonly string[]): Promise<{ id: string; name: string }[]> {
    const found = new Map<string, { id: string; name: string }>()
    for (let start = 0; start < namesOrIds.length; start += ROWS_MAX) {
      const part = namesOrIds.slice(start, start + ROWS_MAX)
      const rows = await database
        .select({ id: knowledgeDocuments.id, name: knowledgeDocuments.name })
        .from(knowledgeDocuments)
        .where(
          and(
            eq(knowledgeDocuments.baseId, baseId),
            or(inArray(knowledgeDocuments.id, part), inArray(knowledgeDocuments.name, part)),
          ),
        )
      for (const row of rows) found.set(row.id, row)
    }
    return [...found.values()]
  },
})

const within = (baseId: string, setId: string) =>
  and(eq(knowledgeQuestionSets.baseId, baseId), eq(knowledgeQuestionSets.id, setId))
