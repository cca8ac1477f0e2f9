import type { Database } from '#shared/postgres/connect.ts'
import { QuestionSetsFullError, QuestionsInvalidError } from './evaluation-errors.ts'
import { createQuestionSetRepository, type QuestionSetRow } from './question-set-repository.ts'
import type { QuestionProblem, ReadQuestions, UploadedQuestion } from './read-questions.ts'

/** Of one base. */
const SETS_MAX = 100

/**
 * Stores questions, with the ids of the documents that they name. Throws QuestionsInvalidError with everything that is wrong, so that it is mended in one
 * go, and QuestionSetsFullError.
 */
export const storeQuestionSet = async (
  { database }: { database: Database },
  { baseId, name, read }: { baseId: string; name: string; read: ReadQuestions },
): Promise<QuestionSetRow> => {
  if (read.problems.length > 0) throw new QuestionsInvalidError(read.problems)
  const sets = createQuestionSetRepository(database)
  const named = new Set(read.questions.flatMap(({ expected }) => [...expected.keys()]))
  const documents = await sets.documents(baseId, [...named])
  const { rows, problems } = resolveDocuments(read.questions, documents)
  if (problems.length > 0) throw new QuestionsInvalidError(problems)
  if ((await sets.countOf(baseId)) >= SETS_MAX) throw new QuestionSetsFullError(SETS_MAX)
  const setId = Bun.randomUUIDv7()
  return sets.insert(
    { id: setId, baseId, name, questionCount: rows.length },
    rows.map((row, number) => ({ ...row, setId, number })),
  )
}

/** An id goes before a name. Pure. */
const resolveDocuments = (
  questions: readonly UploadedQuestion[],
  documents: readonly { id: string; name: string }[],
) => {
  const ids = new Set(documents.map(({ id }) => id))
  const byName = Map.groupBy(documents, ({ name }) => name)
  const problems: QuestionProblem[] = []
  const rows = questions.map(({ question, expected, at }) => {
    const grades: Record<string, number> = {}
    for (const [name, grade] of expected) {
      const found = ids.has(name) ? [{ id: name }] : (byName.get(name) ?? [])
      const [document] = found
      if (found.length > 1)
        problems.push({ at, reason: `names ${name}, and ${found.length} documents have this name: use an id` })
      else if (!document) problems.push({ at, reason: `names ${name}, and the base has no such document` })
      else grades[document.id] = Math.max(grade, grades[document.id] ?? 0)
    }
    return { question, expected: grades }
  })
  return { rows, problems }
}
