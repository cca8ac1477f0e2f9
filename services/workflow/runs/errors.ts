import { AppError } from '#shared/errors/app-error.ts'

/** What was asked for is possible with runs of flows only. */
export class RunOfOtherKindError extends AppError {
  readonly code = 'WORKFLOW_RUN_OF_OTHER_KIND'
  readonly kind = 'conflict'

  constructor(runId: string, runKind: string) {
    super(`Run ${runId} is of kind ${runKind}, not a run of a flow.`, {
      details: { runId, kind: runKind },
      remedy: 'List runs of flows with GET /api/runs?kind=workflow.',
    })
  }
}

export class RunEndedError extends AppError {
  readonly code = 'WORKFLOW_RUN_ENDED'
  readonly kind = 'conflict'

  constructor(runId: string, state: string) {
    super(`Run ${runId} has ended already: it is ${state}.`, {
      details: { runId, state },
      remedy: 'Read its result with GET /api/runs/{id}.',
    })
  }
}

export class RunAppMissingError extends AppError {
  readonly code = 'WORKFLOW_APP_MISSING'
  readonly kind = 'invalid'

  constructor() {
    super('The run needs an app that it is for.', {
      remedy: 'Call with an app’s credentials, or name the app in the header X-Consumer-Username.',
    })
  }
}

export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'WORKFLOW_IDEMPOTENCY_KEY_REUSED'
  readonly kind = 'conflict'

  constructor(runId: string) {
    super(`The key was used for run ${runId}, which was asked for otherwise.`, {
      details: { runId },
      remedy: 'Send a new key for a new request, or the same body to learn of the same run.',
    })
  }
}

export class MockInvalidError extends AppError {
  readonly code = 'WORKFLOW_MOCK_INVALID'
  readonly kind = 'invalid'

  constructor(nodeId: string, reason: string) {
    super(`Node ${nodeId} cannot be mocked like this: it ${reason}.`, {
      details: { nodeId },
      remedy: 'Compare mocks with the nodes of the flow and their outputs (GET /api/flows/{id}).',
    })
  }
}

export class ForkNodeUnknownError extends AppError {
  readonly code = 'WORKFLOW_FORK_NODE_UNKNOWN'
  readonly kind = 'invalid'

  constructor(runId: string, nodeId: string) {
    super(`The flow of run ${runId} has no node ${nodeId} to begin at.`, {
      details: { runId, nodeId },
      remedy: 'Name a node of the flow itself; GET /api/runs/{id} lists those that ran.',
    })
  }
}
