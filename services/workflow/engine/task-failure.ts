import type { PlanNode } from '../definition/plan.ts'
import { type WireResult, wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { TemplateIndexError } from '../templates/render-template.ts'
import { NodeError } from './node-error.ts'

/** The wire's code and message for whatever a node threw. */
export const toFailure = (error: unknown, unexpected: WireResult): WireResult => {
  if (error instanceof NodeError) return { code: error.wireCode, message: error.message }
  const detail = error instanceof Error ? error.message : String(error)
  const result = error instanceof TemplateIndexError ? wireCodes.VARIABLE_PARSE_FAILED : unexpected
  return { code: result.code, message: wireMessage(result, detail) }
}

/** How a failed node goes on by its error handling: with fixed outputs, or into its exception branch. Undefined: it fails the run. */
export const fallbackResult = (node: PlanNode, failure: WireResult) => {
  const { retry } = node
  if (!retry || retry.strategy === 'fail') return undefined
  const errorOutputs = { errorCode: failure.code, errorMessage: failure.message }
  const outputs = retry.strategy === 'fixed' ? { ...retry.fixedOutputs } : {}
  return {
    outputs,
    errorOutputs,
    variables: { ...outputs, ...errorOutputs },
    ...(retry.strategy === 'branch' && { failed: true }),
  }
}
