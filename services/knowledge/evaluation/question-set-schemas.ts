import { t } from 'elysia'
import type { QuestionRow, QuestionSetRow } from './question-set-repository.ts'
import { EXPECTED_MAX, GRADE_MAX, QUESTIONS_MAX } from './read-questions.ts'

/** Of an uploaded file, and of CSV within JSON. */
export const QUESTION_BYTES_MAX = 20_000_000

const Name = t.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^(?=.*\\S)[^\\u0000]*$',
  examples: ['Support questions'],
})

export const SetId = t.String({ minLength: 1, maxLength: 100 })

export const QuestionSet = t.Object(
  { id: SetId, baseId: t.String(), name: t.String(), questionCount: t.Integer(), createdAt: t.Date() },
  {
    examples: [
      {
        id: '019ab1f2-7a55-7000-8c11-2f4be1f0a00b',
        baseId: 'starter-handbook',
        name: 'Support questions',
        questionCount: 120,
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)

export const QuestionSetPage = t.Object({ questionSets: t.Array(QuestionSet), nextBeforeId: t.Nullable(t.String()) })

export const CreateQuestionSet = t.Object(
  {
    name: Name,
    questions: t.Optional(
      t.Unknown({
        description: `At most ${QUESTIONS_MAX}: [{"question": "…", "expected": ["id or name", {"document": "id or name", "grade": 2}]}]. Grades go from 1, which is meant where none is told, to ${GRADE_MAX}: more is better. A question expects at most ${EXPECTED_MAX} documents.`,
      }),
    ),
    csv: t.Optional(
      t.String({
        maxLength: QUESTION_BYTES_MAX,
        description:
          'Instead of `questions`: rows of question, expected documents (parted by |) and, where there is one, their grade. Rows with the same question are one question.',
      }),
    ),
  },
  {
    examples: [
      {
        name: 'Support questions',
        questions: [{ question: 'How do I back up my data?', expected: ['orrery-handbook.pdf'] }],
      },
      { name: 'The same as CSV', csv: 'question,documents,grade\nHow do I back up my data?,orrery-handbook.pdf,2\n' },
    ],
  },
)

export const UploadQuestionSet = t.Object({
  file: t.File({ description: 'CSV, or JSON when its name ends in .json; as in the JSON request.' }),
  name: t.Optional(Name),
})

export const QuestionPage = t.Object({
  questions: t.Array(
    t.Object({
      number: t.Integer({ description: 'From 0.' }),
      question: t.String(),
      expected: t.Record(t.String(), t.Integer(), { description: 'Grade by document id.' }),
    }),
  ),
  nextAfterNumber: t.Nullable(t.Integer()),
})

export const NumberPageQuery = t.Object({
  afterNumber: t.Integer({ minimum: -1, default: -1, description: 'The last number of the page before.' }),
  limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
})

/** A full page is followed by another one, which begins behind its last number. */
export const nextAfterNumber = (rows: readonly { number: number }[], limit: number): number | null =>
  rows.length === limit ? (rows.at(-1)?.number ?? null) : null

export const toQuestionSet = (row: QuestionSetRow): typeof QuestionSet.static => ({
  id: row.id,
  baseId: row.baseId,
  name: row.name,
  questionCount: row.questionCount,
  createdAt: row.createdAt,
})

export const toQuestion = ({ number, question, expected }: QuestionRow) => ({ number, question, expected })
