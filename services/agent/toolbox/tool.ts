import type { ToolDefinition } from '#shared/models/chat-model.ts'

/** Something an agent can do. */
export interface Tool {
  definition: ToolDefinition
  /** True when running it twice matters: then the call is on disk before it is made, and carries its idempotency key. */
  hasEffect: boolean
  /** Gives the text for the model. Throws ToolInputError for arguments that it cannot use. */
  run(input: Record<string, unknown>, call: ToolRun): Promise<string> | string
}

export interface ToolRun {
  /** The same when the call is repeated after a crash. */
  idempotencyKey: string
  now: Date
  signal: AbortSignal
}

/** A tool cannot use what the model gave it. The message goes back to the model, which may try again. */
export class ToolInputError extends Error {}
