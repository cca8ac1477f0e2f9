import type { ToolDefinition } from '#shared/models/chat-model.ts'
import type { FlowDescription } from '../clients/flow-client.ts'
import { isFields } from '../wire/read-fields.ts'

const START_PREFIX = 'node-start::'

/** A flow as a tool: what its start node gives out is what a caller must bring. Pure. */
export const toFlowDefinition = ({ name, description, nodes }: FlowDescription): ToolDefinition => {
  const start = nodes.filter(isFields).find(({ id }) => typeof id === 'string' && id.startsWith(START_PREFIX))
  return {
    name: name || 'unknown',
    description: description || 'unknown workflow',
    parameters: start ? parametersOf(start) : { type: 'object', properties: {}, description: 'unknown' },
  }
}

const parametersOf = (start: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const data = isFields(start.data) ? start.data : {}
  const outputs = Array.isArray(data.outputs) ? data.outputs.filter(isFields) : []
  const named = outputs.flatMap((output) =>
    typeof output.name === 'string' ? [{ name: output.name, schema: output.schema, required: output.required }] : [],
  )
  return {
    type: 'object',
    properties: Object.fromEntries(named.map(({ name, schema }) => [name, toProperty(schema)])),
    required: named.filter(({ required }) => required === true).map(({ name }) => name),
  }
}

/** What a model needs of a variable's schema. */
const toProperty = (schema: unknown): Record<string, unknown> => {
  if (!isFields(schema)) return { type: 'string' }
  const { type, description, properties, items } = schema
  return {
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(isFields(properties) && { properties }),
    ...(isFields(items) && { items }),
  }
}
