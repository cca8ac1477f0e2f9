import { AppError } from '#shared/errors/app-error.ts'

export class ToolNotFoundError extends AppError {
  readonly code = 'LINK_TOOL_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(toolId: string, version?: string) {
    super(`Tool ${[toolId, version].filter(Boolean).join(' ')} does not exist.`, {
      remedy: 'List the tools with GET /api/tools.',
      details: { toolId, ...(version === undefined ? {} : { version }) },
    })
  }
}

export class ToolOwnerError extends AppError {
  readonly code = 'LINK_TOOL_OWNER_REQUIRED'
  readonly kind = 'forbidden'

  constructor(toolId: string) {
    super(`Tool ${toolId} belongs to the installation: apps may run it, but not change it.`, {
      remedy: 'Call with the root key, or import the document as a tool of your own.',
      details: { toolId },
    })
  }
}

export class ReferenceInvalidError extends AppError {
  readonly code = 'LINK_REFERENCE_INVALID'
  readonly kind = 'invalid'

  constructor(reference: string, reason: string) {
    super(`The reference ${reference} cannot be followed: ${reason}.`, {
      remedy: 'Put what it names into the document itself, under components.',
      details: { reference },
    })
  }
}

/** What a call gives does not fit the operation, so that no request can be made of it. */
export class CallInvalidError extends AppError {
  readonly code = 'LINK_CALL_INVALID'
  readonly kind = 'invalid'

  constructor(message: string, details: Record<string, unknown> = {}) {
    super(message, { remedy: "Compare what was given with the operation's schema.", details })
  }
}

/** The operation asks for a body that is not made here. */
export class BodyTypeError extends AppError {
  readonly code = 'LINK_BODY_TYPE_UNSUPPORTED'
  readonly kind = 'invalid'

  constructor(mediaType: string, reason: string) {
    super(`No body of type ${mediaType} can be made: ${reason}.`, {
      remedy: 'Offer the body as application/json, a form, multipart, or give it as text or base64.',
      details: { mediaType },
    })
  }
}

export class ServerMissingError extends AppError {
  readonly code = 'LINK_SERVER_MISSING'
  readonly kind = 'invalid'

  constructor(reason: string) {
    super(`The document tells no server to call: ${reason}.`, {
      remedy: 'Give it a servers entry with an absolute http:// or https:// URL.',
    })
  }
}
