import { type FlowDefinition, flowDefinitionSchema } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { createValueReader } from './read-value.ts'
import { wireCodes } from './wire-codes.ts'

const readDefinition = createValueReader(flowDefinitionSchema, { defaults: false })

/**
 * Checks the shape of a flow definition (the envelope with `data.nodes` and `data.edges`). What the nodes mean is checked by `compilePlan`.
 * Throws FlowProtocolError.
 */
export const parseDefinition = (json: unknown): FlowDefinition => {
  const read = readDefinition(json)
  if ('fault' in read) throw new FlowProtocolError(read.fault)
  if (read.value.data.nodes.length === 0) {
    throw new FlowProtocolError('the node list is empty', wireCodes.FLOW_PROTOCOL_INVALID)
  }
  return read.value
}
