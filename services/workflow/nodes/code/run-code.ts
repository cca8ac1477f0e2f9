import { CodeFailedError, type CodeFault } from '#shared/sandbox/errors.ts'
import type { Sandbox, SandboxRequest, SandboxResult } from '#shared/sandbox/sandbox.ts'
import { type WireResult, wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'

const FAULT_CODES: Record<CodeFault, WireResult> = {
  'no-main': wireCodes.CODE_WITHOUT_MAIN,
  raised: wireCodes.CODE_FAILED,
  result: wireCodes.CODE_RESULT_INVALID,
  deadline: wireCodes.CODE_TIMEOUT,
  limit: wireCodes.CODE_FAILED,
}

/** Runs a program in the sandbox. Throws NodeError with the wire's code when the program is at fault. */
export const runCode = (sandbox: Sandbox, request: SandboxRequest): Promise<SandboxResult> =>
  sandbox.run(request).catch((error: unknown) => {
    throw error instanceof CodeFailedError ? toNodeError(error) : error
  })

/** The wire gives the traceback of an exception as it is, without a text before it. */
const toNodeError = (error: CodeFailedError): NodeError => {
  const result = FAULT_CODES[error.fault]
  if (error.fault !== 'raised') return new NodeError(result, error.message, { cause: error })
  return new NodeError({ code: result.code, message: error.message }, undefined, { cause: error })
}
