import { AppError } from '#shared/errors/app-error.ts'

export class QueryNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_QUERY_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(queryId: string) {
    super(`There is no question ${queryId} in the history of this base.`, {
      remedy: 'List the questions of a base with GET /api/bases/{id}/queries.',
      details: { queryId },
    })
  }
}
