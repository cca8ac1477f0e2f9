import { AppError } from '#shared/errors/app-error.ts'

export class ConversationNotFoundError extends AppError {
  readonly code = 'AGENT_CONVERSATION_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(id: string) {
    super(`No conversation has the id "${id}".`, {
      remedy: 'List the conversations with GET /api/conversations; an app sees its own ones only.',
      details: { id },
    })
  }
}

/** A conversation takes one turn at a time. */
export class ConversationBusyError extends AppError {
  readonly code = 'AGENT_CONVERSATION_BUSY'
  readonly kind = 'conflict'

  constructor(id: string, runId: string) {
    super(`The conversation is being answered: the turn ${runId} has not ended.`, {
      remedy: `Follow it with GET /api/conversations/${id}/turns/${runId}/events, or cancel it with POST /api/turns/${runId}/cancel.`,
      details: { id, runId },
    })
  }
}

export class NothingToRepeatError extends AppError {
  readonly code = 'AGENT_NOTHING_TO_REPEAT'
  readonly kind = 'conflict'

  constructor(id: string) {
    super('The conversation has no question that could be asked again.', {
      remedy: `Ask one with POST /api/conversations/${id}/messages.`,
      details: { id },
    })
  }
}

export class TurnNotOfConversationError extends AppError {
  readonly code = 'AGENT_TURN_NOT_OF_CONVERSATION'
  readonly kind = 'not_found'

  constructor(id: string, runId: string) {
    super(`The conversation has no turn ${runId}.`, {
      remedy: 'The answer to POST …/messages, and each message, names its turn as runId.',
      details: { id, runId },
    })
  }
}
