import type { PlanNode } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from './node-error.ts'

/**
 * What later nodes may read of a result: the declared outputs, each checked against its schema; those left out get their initial value.
 * Throws NodeError (20601) on a value that does not fit or a required one that is missing.
 */
export const storeOutputs = (node: PlanNode, result: Record<string, unknown>): Record<string, unknown> => {
  const stored: Record<string, unknown> = {}
  for (const output of node.outputs) {
    if (!Object.hasOwn(result, output.name)) {
      if (output.required) throw refuse(node, `Field: ['required'], Error: '${output.name}' is missing`)
      stored[output.name] = output.initial
      continue
    }
    const fault = output.check(result[output.name])
    if (fault) throw refuse(node, fault)
    stored[output.name] = result[output.name]
  }
  return stored
}

const refuse = (node: PlanNode, detail: string): NodeError =>
  new NodeError(wireCodes.VARIABLE_WRITE_FAILED, `node ${node.id}: ${detail}`)
