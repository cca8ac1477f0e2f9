type JsonObject = Record<string, unknown>

export interface McpTool {
  name: string
  title?: string
  description?: string
  /** JSON Schema of the arguments; that of any object where the server gave none that is usable. */
  inputSchema: JsonObject
  outputSchema?: JsonObject
  annotations?: JsonObject
  /** The server runs it only as a task, which is asked for until it is done. */
  needsTask: boolean
  /** What is wrong with the tool as the server declares it; its arguments are then passed on unchecked. */
  fault?: string
}

/** A schema that a model gets is part of every prompt, so one of this size is of no use. */
const SCHEMA_BYTES_MAX = 256 * 1024
const NAME_CHARACTERS_MAX = 512

/**
 * One entry of a `tools/list`. A tool that is declared wrongly does not cost the others: it is kept with its fault. Undefined for one that cannot be called
 * because it has no name, or one of absurd length. Pure.
 */
export const readTool = (entry: unknown): McpTool | undefined => {
  if (!isObject(entry) || typeof entry.name !== 'string') return undefined
  const { name } = entry
  if (name === '' || name.length > NAME_CHARACTERS_MAX) return undefined
  const fault = schemaFault(entry.inputSchema)
  const execution = isObject(entry.execution) ? entry.execution : {}
  return {
    name,
    ...(typeof entry.title === 'string' && { title: entry.title }),
    ...(typeof entry.description === 'string' && { description: entry.description }),
    inputSchema: fault === undefined ? (entry.inputSchema as JsonObject) : { type: 'object' },
    ...(isObject(entry.outputSchema) && { outputSchema: entry.outputSchema }),
    ...(isObject(entry.annotations) && { annotations: entry.annotations }),
    needsTask: execution.taskSupport === 'required',
    ...(fault !== undefined && { fault }),
  }
}

const schemaFault = (schema: unknown): string | undefined => {
  if (schema === undefined || schema === null) return 'it has no inputSchema'
  if (!isObject(schema)) return 'its inputSchema is no object'
  if (schema.type !== undefined && schema.type !== 'object') return 'its inputSchema is not of type object'
  if (schema.properties !== undefined && !isObject(schema.properties))
    return 'the properties of its inputSchema are no object'
  if (schema.required !== undefined && !isTextList(schema.required))
    return 'the required of its inputSchema is no list of names'
  return JSON.stringify(schema).length > SCHEMA_BYTES_MAX
    ? `its inputSchema has more than ${SCHEMA_BYTES_MAX} bytes`
    : undefined
}

const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string')

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
