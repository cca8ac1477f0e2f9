import { START_TYPE, typeOfNode } from '../definition/build-graph.ts'
import type { FlowDefinition, OutputDefinition } from '../definition/flow-definition.ts'

/** A flow's parameters as MCP describes the arguments of a tool. */
export interface FlowInputSchema {
  type: 'object'
  properties: Record<string, { type: unknown; description: string; fileType?: string }>
  required: string[]
}

/** What a flow asks its caller for: the outputs of its start node. A file is described by the first kind that it may be. */
export const describeInputs = (definition: FlowDefinition): FlowInputSchema => {
  const start = definition.data.nodes.find((node) => typeOfNode(node.id) === START_TYPE)
  const outputs = start?.data.outputs ?? []
  return {
    type: 'object',
    properties: Object.fromEntries(outputs.map((output) => [output.name, describe(output)])),
    required: outputs.filter((output) => output.required).map((output) => output.name),
  }
}

const describe = ({ schema, fileType, allowedFileType }: OutputDefinition) => {
  const kind = fileType ? allowedFileType?.[0] : undefined
  return {
    type: schema.type,
    description: typeof schema.description === 'string' ? schema.description : '',
    ...(kind === undefined ? {} : { fileType: kind }),
  }
}
