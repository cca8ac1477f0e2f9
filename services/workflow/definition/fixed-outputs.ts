import { FlowProtocolError } from './flow-protocol-error.ts'
import type { OutputDeclaration } from './plan.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { wireCodes } from './wire-codes.ts'

/**
 * The outputs that a node gives when it failed and its strategy is a fixed value: exactly the declared ones, of their types; one with a default
 * may be left out, and giving none means all defaults. Throws FlowProtocolError (22101).
 */
export const completeFixedOutputs = (
  nodeId: string,
  policy: RetryPolicy,
  outputs: readonly OutputDeclaration[],
): RetryPolicy => {
  if (policy.strategy !== 'fixed') return policy
  const given = policy.fixedOutputs
  const refuse = (detail: string) =>
    new FlowProtocolError(`node ${nodeId}, fixed output ${detail}`, wireCodes.NODE_PROTOCOL_INVALID)
  const names = new Set(outputs.map((output) => output.name))
  const extra = Object.keys(given).find((name) => !names.has(name))
  if (extra !== undefined) throw refuse(`${extra}: not declared`)
  const isEmpty = Object.keys(given).length === 0
  const complete = outputs.map((output) => {
    if (!Object.hasOwn(given, output.name)) {
      if (!isEmpty && output.schema.default === undefined) throw refuse(`${output.name}: missing`)
      return [output.name, output.initial]
    }
    const fault = output.check(given[output.name])
    if (fault) throw refuse(`${output.name}: ${fault}`)
    return [output.name, given[output.name]]
  })
  return { ...policy, fixedOutputs: Object.fromEntries(complete) }
}
