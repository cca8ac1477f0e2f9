import { Value } from '@sinclair/typebox/value'
import { describeFault } from './describe-fault.ts'
import { type FlowDefinition, flowDefinitionSchema } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { wireCodes } from './wire-codes.ts'

/**
 * Checks the shape of a flow definition (the envelope with `data.nodes` and `data.edges`). What the nodes mean is checked by `compilePlan`.
 * Throws FlowProtocolError.
 */
export const parseDefinition = (json: unknown): FlowDefinition => {
  // Like the original, numbers and booleans given as text are taken as what they say.
  const value = Value.Convert(flowDefinitionSchema, Value.Clone(json))
  const fault = describeFault(flowDefinitionSchema, value)
  if (fault !== undefined) throw new FlowProtocolError(fault)
  const definition = value as FlowDefinition
  if (definition.data.nodes.length === 0) {
    throw new FlowProtocolError('the node list is empty', wireCodes.FLOW_PROTOCOL_INVALID)
  }
  return definition
}
