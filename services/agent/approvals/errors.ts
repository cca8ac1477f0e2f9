import { AppError } from '#shared/errors/app-error.ts'

export class TurnUnknownError extends AppError {
  readonly code = 'AGENT_TURN_UNKNOWN'
  readonly kind = 'not_found'

  constructor(turnId: string) {
    super(`No turn of an agent has the id ${turnId}.`, {
      remedy: 'The header x-orrery-run-id of an answer names its turn; GET /api/runs?kind=agent lists them.',
      details: { turnId },
    })
  }
}

export class ApprovalUnknownError extends AppError {
  readonly code = 'AGENT_APPROVAL_UNKNOWN'
  readonly kind = 'not_found'

  constructor(callId: string) {
    super(`No call ${callId} of this turn waits for anybody.`, {
      remedy: 'List what waits with GET /api/approvals.',
      details: { callId },
    })
  }
}

/** What was read is not what would be called. */
export class ApprovalChangedError extends AppError {
  readonly code = 'AGENT_APPROVAL_CHANGED'
  readonly kind = 'conflict'

  constructor(argumentsHash: string) {
    super('The call has other arguments than those that were to be allowed.', {
      remedy: 'Read the call again with GET /api/turns/{id}, and decide on what is there now.',
      details: { argumentsHash },
    })
  }
}

export class ApprovalDecidedError extends AppError {
  readonly code = 'AGENT_APPROVAL_DECIDED'
  readonly kind = 'conflict'

  constructor(decided: { approved: boolean; by: 'caller' | 'time' }) {
    const how =
      decided.by === 'time' ? 'refused, because nobody decided in time' : decided.approved ? 'allowed' : 'refused'
    super(`The call was ${how} already.`, { remedy: 'Nothing to do: GET /api/turns/{id} tells how the turn went on.' })
  }
}

export class TurnBusyError extends AppError {
  readonly code = 'AGENT_TURN_BUSY'
  readonly kind = 'unavailable'

  constructor(turnId: string) {
    super(`Turn ${turnId} did not come to rest in time.`, { remedy: 'Send the decision again.', details: { turnId } })
  }
}

export class TurnEndedError extends AppError {
  readonly code = 'AGENT_TURN_ENDED'
  readonly kind = 'conflict'

  constructor(turnId: string, state: string) {
    super(`Turn ${turnId} is over: it ${state}.`, { remedy: 'Nothing to do.', details: { turnId, state } })
  }
}
