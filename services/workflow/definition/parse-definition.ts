import { checkProtocolSize } from './check-protocol-size.ts'
import { type FlowDefinition, flowDefinitionSchema } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { placeInProtocol } from './protocol-place.ts'
import { createValueReader } from './read-value.ts'
import { wireCodes } from './wire-codes.ts'

const readDefinition = createValueReader(flowDefinitionSchema, {
  defaults: false,
  place: (pointer, protocol) => placeInProtocol(pointer.split('/').slice(1), protocol),
})

/**
 * Checks the size and the shape of a flow definition (the envelope with `data.nodes` and `data.edges`). What the nodes mean is checked by
 * `compilePlan`. Throws FlowProtocolError.
 */
export const parseDefinition = (json: unknown): FlowDefinition => {
  checkProtocolSize(json)
  const read = readDefinition(json)
  if ('fault' in read) throw new FlowProtocolError(read.fault)
  const { nodes } = read.value.data
  if (nodes.length === 0) throw new FlowProtocolError('the node list is empty', wireCodes.FLOW_PROTOCOL_INVALID)
  for (const node of nodes) refuseUnusableNames(node)
  return read.value
}

/** A name that JavaScript gives a meaning of its own would be lost. */
const refuseUnusableNames = ({ id, data }: FlowDefinition['data']['nodes'][number]): void => {
  for (const part of ['inputs', 'outputs'] as const) {
    const index = data[part].findIndex(({ name }) => name === '__proto__')
    if (index >= 0) throw new FlowProtocolError(`node ${id}, data.${part}.${index}.name: __proto__ cannot be a name`)
  }
}
