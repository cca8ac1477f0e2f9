import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

export class ModelNameTakenError extends AppError {
  readonly code = 'AGENT_MODEL_NAME_TAKEN'
  readonly kind = 'conflict'

  constructor(name: string) {
    super(`A model named "${name}" exists already.`, {
      remedy: 'Choose another name, or change the existing model with PUT /api/models/{name}.',
      details: { name },
    })
  }
}

export class ModelInUseError extends AppError {
  readonly code = 'AGENT_MODEL_IN_USE'
  readonly kind = 'conflict'

  constructor(name: string, users: readonly string[]) {
    super(`The model "${name}" stands in for ${users.join(', ')}.`, {
      remedy: 'Take it out of their `fallbacks` with PUT /api/models/{name} first, or disable it.',
      details: { name, users },
    })
  }
}

export class BudgetNotFoundError extends AppError {
  readonly code = 'AGENT_BUDGET_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(appId: string) {
    super(`The app "${appId}" has no budget.`, {
      remedy: 'List the budgets with GET /api/budgets; give it one with PUT /api/budgets/{appId}.',
      details: { appId },
    })
  }
}

export class UsageQueryError extends AppError {
  readonly code = 'AGENT_USAGE_QUERY'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The usage cannot be told: ${reason}.`, { remedy: 'See GET /api/usage at /swagger.' })
  }
}

export class ModelNotFoundError extends AppError {
  readonly code = 'AGENT_MODEL_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(name: string) {
    super(`No model is named "${name}".`, { remedy: 'List the models with GET /api/models.', details: { name } })
  }
}

export class RootOnlyError extends AppError {
  readonly code = 'AGENT_ROOT_ONLY'
  readonly kind = 'forbidden'

  constructor() {
    super('Only the root key may do this.', { remedy: 'Call with Authorization: Bearer <root key>.' })
  }
}

export class AgentNotFoundError extends AppError {
  readonly code = 'AGENT_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(botId: string, which: 'draft' | 'published' | number = 'draft') {
    const lacks =
      which === 'published' ? ' that is published' : typeof which === 'number' ? ` and a version ${which}` : ''
    super(`No agent has the id "${botId}"${lacks}.`, {
      remedy: 'List the agents with GET /api/agents, and versions with GET /api/agents/{botId}/versions.',
      details: { botId },
    })
  }
}

export class AgentExistsError extends AppError {
  readonly code = 'AGENT_EXISTS'
  readonly kind = 'conflict'

  constructor(botId: string) {
    super(`An agent with the id "${botId}" exists already.`, {
      remedy: 'Choose another id, or change the existing agent with PUT /api/agents/{botId}.',
      details: { botId },
    })
  }
}

/** Somebody else changed the draft since it was read. */
export class AgentRevisionStaleError extends AppError {
  readonly code = 'AGENT_REVISION_STALE'
  readonly kind = 'conflict'

  constructor(known: string, revision: number) {
    super(`The agent was changed meanwhile: its draft has revision ${revision}, not ${known}.`, {
      remedy: 'Read the agent again, make the change on what is there now, and send it with the new revision.',
      details: { revision },
    })
  }
}

export class AgentToolInvalidError extends AppError {
  readonly code = 'AGENT_TOOL_INVALID'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`A tool cannot be used as it is written: ${reason}.`, { remedy: 'See POST /api/agents at /swagger.' })
  }
}

export class AgentMessagesInvalidError extends AppError {
  readonly code = 'AGENT_MESSAGES_INVALID'
  readonly kind = 'invalid'

  constructor() {
    super('The messages do not take turns, or do not end with a question.', {
      remedy: 'Send user and assistant in turn, beginning and ending with the user.',
    })
  }
}

export class AgentAppMissingError extends AppError {
  readonly code = 'AGENT_APP_MISSING'
  readonly kind = 'invalid'

  constructor() {
    super('The call does not say for which app it is.', {
      remedy: 'With the root key, name the app: in the header X-Consumer-Username, or as the parameter appId.',
    })
  }
}

export class AgentToolUnknownError extends AppError {
  readonly code = 'AGENT_TOOL_UNKNOWN'
  readonly kind = 'invalid'

  constructor(toolId: string, known: readonly string[]) {
    super(`There is no tool "${toolId}".`, { remedy: `Use one of: ${known.join(', ')}.`, details: { toolId } })
  }
}

export class RunUnknownError extends AppError {
  readonly code = 'AGENT_RUN_UNKNOWN'
  readonly kind = 'not_found'

  constructor(runId: string) {
    super(`No run has the id ${runId}.`, { remedy: 'List the runs with GET /api/runs.', details: { runId } })
  }
}

/**
 * A turn that the OpenAI façade asked for failed; the message is the one of the wire. Not a failure that may be retried: clients do that by
 * themselves, and the turn's tools would be called again.
 */
export class TurnFailedError extends AppError {
  readonly code = 'AGENT_TURN_FAILED'
  readonly kind = 'invalid'

  constructor(message: string) {
    super(message, {
      remedy: 'Read the reason; the events of the run, under GET /api/runs/{id}/events, tell the rest.',
    })
  }
}

/** A flow that the OpenAI façade asked for failed, or could not begin. Not to be retried, for the same reason. */
export class FlowFailedError extends AppError {
  readonly code = 'AGENT_FLOW_FAILED'
  readonly kind: FailureKind

  constructor(wireCode: number, message: string) {
    super(message, {
      remedy: 'Read the reason; GET /api/runs/{id}/events tells the rest when the flow had begun.',
      details: { wireCode },
    })
    this.kind = FLOW_UNKNOWN_CODES.has(wireCode) ? 'not_found' : 'invalid'
  }
}

/** The workflow wire's codes for a flow that is not there, or not published, for this app. */
const FLOW_UNKNOWN_CODES: ReadonlySet<number> = new Set([20_005, 20_201, 20_204, 20_205])

export class FlowUnknownError extends AppError {
  readonly code = 'AGENT_FLOW_UNKNOWN'
  readonly kind = 'not_found'

  constructor(flowId: string) {
    super(`No flow has the id "${flowId}".`, {
      remedy: 'List what can be asked with GET /v1/models.',
      details: { flowId },
    })
  }
}

export class CompletionInvalidError extends AppError {
  readonly code = 'AGENT_COMPLETION_INVALID'
  readonly kind = 'malformed'

  constructor(reason: string) {
    super(`The request cannot be answered: ${reason}.`, { remedy: 'See POST /v1/chat/completions at /swagger.' })
  }
}

export class BusyError extends AppError {
  readonly code = 'AGENT_BUSY'
  readonly kind = 'unavailable'

  constructor(turnsMax: number) {
    super(`This worker runs ${turnsMax} turns already.`, {
      remedy: 'Try again in a moment, or add workers to the pool of the agent service.',
    })
  }
}

/** A failure of the wire-compatible routes: the original's number, answered with HTTP 200. */
export class WireError extends AppError {
  readonly code = 'AGENT_WIRE'
  readonly kind: FailureKind = 'bad_upstream'
  /** The original's code (agent codes 40001 to 40500, -1 for a model that took too long). */
  readonly wireCode: number

  constructor(wireCode: number, message: string, options: { cause?: unknown } = {}) {
    super(message, {
      cause: options.cause,
      remedy: 'The message says what is missing; codes are those of the original agent service.',
    })
    this.wireCode = wireCode
  }
}

/** A source of tools or knowledge (the link, workflow or knowledge service, or what is behind it) did not do what it was asked for. */
export class SourceError extends AppError {
  readonly code = 'AGENT_SOURCE_FAILED'
  readonly kind = 'bad_upstream'
  readonly reason: 'timeout' | 'unreachable' | 'refused' | 'unreadable'

  constructor(reason: SourceError['reason'], message: string, options: { cause?: unknown } = {}) {
    super(message, {
      cause: options.cause,
      remedy: 'Check that the tool, MCP server, flow or base exists and answers.',
    })
    this.reason = reason
  }
}
