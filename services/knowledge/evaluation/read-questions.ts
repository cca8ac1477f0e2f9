import { readCsvRows } from './read-csv-rows.ts'

/** A question as it was uploaded: documents by id or name. */
export interface UploadedQuestion {
  question: string
  /** Grade by id or name. */
  expected: Map<string, number>
  /** Where it was told: `line 3`, `questions.2`. */
  at: string
}

export interface QuestionProblem {
  at: string
  reason: string
}

export type ReadQuestions = { questions: UploadedQuestion[]; problems: QuestionProblem[] }

/** As many as a search takes. */
const QUESTION_CHARACTERS_MAX = 4_000
export const QUESTIONS_MAX = 2_000
export const EXPECTED_MAX = 1_000
export const GRADE_MAX = 10
/** Documents of one cell. */
const SEPARATOR = '|'
const HEADER = /^question$/i

/**
 * Questions of a CSV text: `question,expected documents[,grade]` a row, several documents parted by `|`. Rows with the same question are one question, so
 * that its documents may have grades of their own. A first row that begins with `question` is a header. Pure.
 */
export const readCsvQuestions = (text: string): ReadQuestions => {
  const read = createCollector()
  for (const [index, { line, fields }] of readCsvRows(text).entries()) {
    const [question = '', documents = '', grade = '', ...more] = fields
    if (index === 0 && HEADER.test(question)) continue
    const at = `line ${line}`
    if (more.some((field) => field !== '')) read.problem(at, 'has more than three columns')
    else {
      const names = documents.split(SEPARATOR).map((name) => name.trim())
      const graded = names
        .filter((name) => name !== '')
        .map((name) => [name, grade === '' ? 1 : Number(grade)] as const)
      read.add(question, graded, at)
    }
  }
  return read.finish()
}

/** Questions of a JSON value: `[{question, expected: ["id or name", {document, grade}]}]`, or the same under `questions`. Pure. */
export const readJsonQuestions = (value: unknown): ReadQuestions => {
  const read = createCollector()
  const list = isRecord(value) ? value.questions : value
  if (!Array.isArray(list)) {
    read.problem('questions', 'has to be a list')
    return read.finish()
  }
  for (const [index, item] of list.entries()) {
    const at = `questions.${index}`
    if (!isRecord(item) || typeof item.question !== 'string' || !Array.isArray(item.expected)) {
      read.problem(at, 'needs a text `question` and a list `expected`')
      continue
    }
    const graded = item.expected.map((each): readonly [string, number] => {
      if (typeof each === 'string') return [each.trim(), 1]
      const { document, grade = 1 } = isRecord(each) ? each : {}
      return [typeof document === 'string' ? document.trim() : '', typeof grade === 'number' ? grade : Number.NaN]
    })
    read.add(item.question, graded, at)
  }
  return read.finish()
}

const createCollector = () => {
  const questions = new Map<string, UploadedQuestion>()
  const problems: QuestionProblem[] = []
  const problem = (at: string, reason: string) => {
    problems.push({ at, reason })
  }
  return {
    problem,
    add(text: string, graded: readonly (readonly [string, number])[], at: string) {
      const question = text.replaceAll('\0', '').toWellFormed().trim()
      const wrong = wrongWith(question, graded)
      if (wrong) return problem(at, wrong)
      const known = questions.get(question) ?? { question, expected: new Map<string, number>(), at }
      questions.set(question, known)
      for (const [name, grade] of graded) known.expected.set(name, Math.max(grade, known.expected.get(name) ?? 0))
      if (known.expected.size > EXPECTED_MAX) problem(at, `expects more than ${EXPECTED_MAX} documents`)
    },
    finish(): ReadQuestions {
      if (problems.length === 0 && questions.size === 0) problem('questions', 'holds no question')
      if (questions.size > QUESTIONS_MAX) problem('questions', `holds more than ${QUESTIONS_MAX} questions`)
      return { questions: [...questions.values()], problems }
    },
  }
}

const wrongWith = (question: string, graded: readonly (readonly [string, number])[]): string | undefined => {
  if (question === '') return 'has no question'
  if (question.length > QUESTION_CHARACTERS_MAX)
    return `has a question of more than ${QUESTION_CHARACTERS_MAX} characters`
  if (graded.length === 0) return 'names no expected document'
  if (graded.some(([name]) => name === '' || name.includes('\0') || !name.isWellFormed()))
    return 'names a document that has no name'
  if (graded.some(([, grade]) => !Number.isInteger(grade) || grade < 1 || grade > GRADE_MAX)) {
    return `has a grade that is no whole number from 1 to ${GRADE_MAX}`
  }
  return undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
