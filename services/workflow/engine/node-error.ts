import { AppError } from '#shared/errors/app-error.ts'
import { type WireResult, wireMessage } from '../definition/wire-codes.ts'

/** A node that failed, with the wire's code and the text that clients read. Nodes with error handling may retry or go on after it. */
export class NodeError extends AppError {
  readonly code = 'WORKFLOW_NODE_FAILED'
  readonly kind = 'bad_upstream'
  readonly wireCode: number

  constructor(result: WireResult, detail?: string, options: { cause?: unknown } = {}) {
    super(wireMessage(result, detail), {
      remedy: 'Read the message, correct the node or what it calls, and run the flow again.',
      cause: options.cause,
    })
    this.wireCode = result.code
  }
}
