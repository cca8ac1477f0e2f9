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
