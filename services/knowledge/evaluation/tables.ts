import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { RetrievalSettings } from '../bases/retrieval-settings.ts'
import { knowledgeBases } from '../tables.ts'
import type { MeasuredQuestion } from './measured-question.ts'

/** Questions with the documents that ought to be found, to measure settings by. */
export const knowledgeQuestionSets = pgTable(
  'knowledge_question_sets',
  {
    id: text().primaryKey(),
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    questionCount: integer().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('knowledge_question_sets_by_base').on(table.baseId, table.id)],
)

export const knowledgeQuestions = pgTable(
  'knowledge_questions',
  {
    setId: text()
      .notNull()
      .references(() => knowledgeQuestionSets.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    question: text().notNull(),
    /** Grade of each document that ought to be found: 1 is relevant, more is better. By document id. */
    expected: jsonb().$type<Record<string, number>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.setId, table.number] })],
)

export const EVALUATION_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const

/** One comparison of settings over a question set. */
export const knowledgeEvaluations = pgTable(
  'knowledge_evaluations',
  {
    id: text().primaryKey(),
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    setId: text()
      .notNull()
      .references(() => knowledgeQuestionSets.id, { onDelete: 'cascade' }),
    state: text({ enum: EVALUATION_STATES }).notNull(),
    /** The settings that are compared, by name. */
    configurations: jsonb().$type<Record<string, RetrievalSettings>>().notNull(),
    /** Name of the one that the others are compared with. */
    baseline: text().notNull(),
    questionsDone: integer().notNull().default(0),
    /** Figures of each configuration, as far as it came. */
    results: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    failureReason: text(),
    runId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('knowledge_evaluations_by_base').on(table.baseId, table.id)],
)

/** What each configuration of an evaluation made of a question. A row is a question that is done: a worker that goes on measures no question twice. */
export const knowledgeEvaluationAnswers = pgTable(
  'knowledge_evaluation_answers',
  {
    evaluationId: text()
      .notNull()
      .references(() => knowledgeEvaluations.id, { onDelete: 'cascade' }),
    /** Number of the question in its set. */
    number: integer().notNull(),
    /** By name of the configuration. */
    measured: jsonb().$type<Record<string, MeasuredQuestion>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.evaluationId, table.number] })],
)
