import { AppError } from '#shared/errors/app-error.ts'
import type { QuestionProblem } from './read-questions.ts'

/** Problems that one answer tells; whoever mends these sees the next ones. */
const PROBLEMS_TOLD_MAX = 20

export class QuestionsInvalidError extends AppError {
  readonly code = 'KNOWLEDGE_QUESTIONS_INVALID'
  readonly kind = 'invalid'

  /** @param problems at least one */
  constructor(problems: readonly QuestionProblem[]) {
    const told = problems.slice(0, PROBLEMS_TOLD_MAX).map(({ at, reason }) => `${at} ${reason}`)
    const more = problems.length - told.length
    super(`The questions cannot be used: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`, {
      remedy:
        'Mend these and send all questions again; the documents of a base are listed by GET /api/bases/{id}/documents.',
      details: { problemCount: problems.length },
    })
  }
}

export class QuestionSetNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_QUESTION_SET_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(setId: string) {
    super(`There is no question set ${setId} in this base.`, {
      remedy: 'List the question sets of a base with GET /api/bases/{id}/question-sets.',
      details: { setId },
    })
  }
}

export class QuestionSetsFullError extends AppError {
  readonly code = 'KNOWLEDGE_QUESTION_SETS_FULL'
  readonly kind = 'conflict'

  constructor(setsMax: number) {
    super(`A base holds at most ${setsMax} question sets.`, {
      remedy: 'Delete one with DELETE /api/bases/{id}/question-sets/{setId} first.',
      details: { setsMax },
    })
  }
}

export class EvaluationNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_EVALUATION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(evaluationId: string) {
    super(`There is no evaluation ${evaluationId} in this base.`, {
      remedy: 'List the evaluations of a base with GET /api/bases/{id}/evaluations.',
      details: { evaluationId },
    })
  }
}

export class ConfigurationUnknownError extends AppError {
  readonly code = 'KNOWLEDGE_CONFIGURATION_UNKNOWN'
  readonly kind = 'invalid'

  constructor(name: string, known: readonly string[]) {
    super(`The evaluation has no configuration ${name}.`, {
      remedy: `It compares: ${known.join(', ')}.`,
      details: { name },
    })
  }
}
