import { AppError } from '#shared/errors/app-error.ts'
import type { WireResult } from './definition/wire-codes.ts'

export class FlowNotFoundError extends AppError {
  readonly code = 'WORKFLOW_FLOW_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(flowId: string) {
    super(`Flow ${flowId} does not exist.`, {
      details: { flowId },
      remedy: 'List your flows with GET /api/flows; another app’s flows are not shown to you.',
    })
  }
}

export class ComparisonNotFoundError extends AppError {
  readonly code = 'WORKFLOW_COMPARISON_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(flowId: string, version: string) {
    super(`Flow ${flowId} has no protocol ${version} for comparison.`, {
      details: { flowId, version },
      remedy: 'Save it first: POST /workflow/v1/protocol/compare/save with flow_id, version and data.',
    })
  }
}

export class FlowWithoutProtocolError extends AppError {
  readonly code = 'WORKFLOW_FLOW_EMPTY'
  readonly kind = 'conflict'

  constructor(flowId: string) {
    super(`Flow ${flowId} has no protocol yet.`, {
      details: { flowId },
      remedy: 'Save its nodes and edges first (PUT /api/flows/{id}).',
    })
  }
}

export class ParametersInvalidError extends AppError {
  readonly code = 'WORKFLOW_PARAMETERS_INVALID'
  readonly kind = 'invalid'
  readonly result: WireResult

  constructor(result: WireResult) {
    super(result.message, { remedy: 'Compare the parameters with the outputs of the flow’s start node.' })
    this.result = result
  }
}

/** A node that was tried alone failed, with the wire's code of its failure. */
export class NodeRefusedError extends AppError {
  readonly code = 'WORKFLOW_NODE_REFUSED'
  readonly kind = 'invalid'
  readonly result: WireResult

  constructor(result: WireResult) {
    super(result.message, { remedy: 'Correct the node or its literal inputs as the message says, and try it again.' })
    this.result = { code: result.code, message: result.message }
  }
}

export class FlowNotPublishedError extends AppError {
  readonly code = 'WORKFLOW_FLOW_NOT_PUBLISHED'
  readonly kind = 'conflict'

  constructor(flowId: string, version = '') {
    super(`Flow ${flowId}${version ? ` version ${version}` : ''} is not published.`, {
      details: { flowId, version },
      remedy: 'Publish it (POST /workflow/v1/publish), or run the draft through /workflow/v1/debug/chat/completions.',
    })
  }
}

export class FlowOwnerMissingError extends AppError {
  readonly code = 'WORKFLOW_FLOW_OWNER_MISSING'
  readonly kind = 'invalid'

  constructor() {
    super('The flow needs an app that owns it.', {
      remedy: 'Name the app: app_id (appId) in the body, or the header X-Consumer-Username.',
    })
  }
}

export class AppMismatchError extends AppError {
  readonly code = 'WORKFLOW_APP_MISMATCH'
  readonly kind = 'forbidden'

  constructor(appId: string) {
    super(`Your credentials do not act for app ${appId}.`, {
      remedy: 'Leave the app out to use your own, or call with the root key.',
    })
  }
}

export class AppUnknownError extends AppError {
  readonly code = 'WORKFLOW_APP_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(appId: string) {
    super(`App ${appId} does not exist.`, {
      details: { appId },
      remedy: 'Create it first (POST /api/apps with the root key), or correct its id.',
    })
  }
}

export class AppDisabledError extends AppError {
  readonly code = 'WORKFLOW_APP_DISABLED'
  readonly kind = 'forbidden'

  constructor(appId: string) {
    super(`App ${appId} is disabled.`, {
      details: { appId },
      remedy: 'Enable it with the root key: PATCH /api/apps/{appId} with {"disabled": false}.',
    })
  }
}

/** The register of apps could not be asked. */
export class AppLookUpError extends AppError {
  readonly code = 'WORKFLOW_APP_LOOK_UP_FAILED'
  readonly kind = 'unavailable'

  constructor(detail: string, cause?: unknown) {
    super(`The tenant service did not answer: ${detail}`, {
      cause,
      remedy: 'Try again in a moment; see GET /health for the state of the tenant pool.',
    })
  }
}

export class LicenceMissingError extends AppError {
  readonly code = 'WORKFLOW_LICENCE_MISSING'
  readonly kind = 'forbidden'

  constructor(appId: string, flowId: string) {
    super(`App ${appId} is not bound to flow ${flowId}.`, {
      details: { appId, flowId },
      remedy: 'Let the flow’s owner bind it: POST /workflow/v1/auth with flow_id and app_id.',
    })
  }
}

export class LicenceDisabledError extends AppError {
  readonly code = 'WORKFLOW_LICENCE_DISABLED'
  readonly kind = 'forbidden'

  constructor(appId: string, flowId: string) {
    super(`The licence of app ${appId} for flow ${flowId} is disabled.`, {
      details: { appId, flowId },
      remedy: 'Bind the app again: POST /workflow/v1/auth with flow_id and app_id.',
    })
  }
}

export class ReleaseNotOfferedError extends AppError {
  readonly code = 'WORKFLOW_RELEASE_NOT_OFFERED'
  readonly kind = 'invalid'

  constructor(platform: number, action: number) {
    super(`Platform ${platform} does not offer release_status ${action}.`, {
      remedy: 'Publish to API (2) exists for platforms 1 and 2 only.',
    })
  }
}

export class FlowStatusInvalidError extends AppError {
  readonly code = 'WORKFLOW_FLOW_STATUS_INVALID'
  readonly kind = 'invalid'

  constructor(status: number) {
    super(`status ${status} is unknown.`, { remedy: 'Use 0 (draft) or 1.' })
  }
}

export class RunNotFoundError extends AppError {
  readonly code = 'WORKFLOW_RUN_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(runId: string) {
    super(`Run ${runId} does not exist.`, {
      details: { runId },
      remedy: 'List runs with GET /api/runs; another app’s runs are not shown to you.',
    })
  }
}

export class EventUnknownError extends AppError {
  readonly code = 'WORKFLOW_EVENT_UNKNOWN'
  readonly kind = 'not_found'

  constructor(eventId: string) {
    super(`Nothing waits for event ${eventId}.`, {
      details: { eventId },
      remedy: 'The run has ended or was answered already; look at GET /api/runs.',
    })
  }
}

export class RunBusyError extends AppError {
  readonly code = 'WORKFLOW_RUN_BUSY'
  readonly kind = 'unavailable'

  constructor(runId: string) {
    super(`Run ${runId} is at work on another branch and took no answer in time.`, {
      details: { runId },
      remedy: 'Send the answer again in a moment.',
    })
  }
}

/** An upload that is no form with files. */
export class UploadInvalidError extends AppError {
  readonly code = 'WORKFLOW_UPLOAD_INVALID'
  readonly kind = 'invalid'
  readonly reason: string

  constructor(field: string, reason: string) {
    super(`The upload cannot be read: ${field}: ${reason}.`, {
      remedy: `Send multipart/form-data with the file in the field "${field}".`,
    })
    this.reason = reason
  }
}

export class FileRefusedError extends AppError {
  readonly code = 'WORKFLOW_FILE_REFUSED'
  readonly kind = 'invalid'

  constructor(name: string, reason: string) {
    super(`${name}: ${reason}.`, {
      remedy: 'Send a file of a kind and size that is taken; see the README of this service.',
    })
  }
}

export class FileNotFoundError extends AppError {
  readonly code = 'WORKFLOW_FILE_NOT_FOUND'
  readonly kind = 'not_found'

  constructor() {
    super('There is no such file.', { remedy: 'Use the address as the upload gave it.' })
  }
}

export class KnowledgeCallError extends AppError {
  readonly code = 'WORKFLOW_KNOWLEDGE_FAILED'
  readonly kind = 'bad_upstream'

  constructor(detail: string, cause?: unknown) {
    super(`The knowledge service did not answer: ${detail}`, {
      cause,
      remedy: 'See GET /health for the state of the knowledge pool.',
    })
  }
}

/** The agent service could not be asked, or its answer cannot be read. */
export class AgentCallError extends AppError {
  readonly code = 'WORKFLOW_AGENT_FAILED'
  readonly kind = 'bad_upstream'

  constructor(detail: string, cause?: unknown) {
    super(`The agent service did not answer: ${detail}`, {
      cause,
      remedy: 'See GET /health for the state of the agent pool.',
    })
  }
}

/** The knowledge service could not be asked for an answer, or its answer cannot be read. */
export class KnowledgeAgentCallError extends AppError {
  readonly code = 'WORKFLOW_KNOWLEDGE_AGENT_FAILED'
  readonly kind = 'bad_upstream'

  constructor(detail: string, cause?: unknown) {
    super(`The knowledge service gave no answer: ${detail}`, {
      cause,
      remedy: 'See GET /health for the state of the knowledge pool.',
    })
  }
}

/** The tool hub could not be asked (without `linkCode`), or it refused with its own code. */
export class ToolCallError extends AppError {
  readonly code = 'WORKFLOW_TOOL_FAILED'
  readonly kind = 'bad_upstream'
  /** The hub's code (30001 to 30710); undefined when it did not answer. */
  readonly linkCode: number | undefined

  constructor(detail: string, options: { linkCode?: number; cause?: unknown } = {}) {
    super(detail, { cause: options.cause, remedy: 'Look at the tool and its version in the tool hub.' })
    this.linkCode = options.linkCode
  }
}
