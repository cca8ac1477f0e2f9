import { AppError } from '#shared/errors/app-error.ts'

export class MemoryNotFoundError extends AppError {
  readonly code = 'AGENT_MEMORY_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(id: string) {
    super(`No memory has the id "${id}".`, { remedy: 'List them with GET /api/memories.', details: { id } })
  }
}

/** An agent remembers so many facts of a user and no more. */
export class MemoryFullError extends AppError {
  readonly code = 'AGENT_MEMORY_FULL'
  readonly kind = 'conflict'

  constructor(memoriesMax: number) {
    super(`The agent remembers ${memoriesMax} facts of this user already.`, {
      remedy: 'Delete some with DELETE /api/memories/{id}, or change one.',
      details: { memoriesMax },
    })
  }
}
