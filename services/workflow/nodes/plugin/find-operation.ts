type Json = Readonly<Record<string, unknown>>

/** A parameter or property of an operation, as far as values are placed by it. */
export interface ToolField {
  readonly name: string
  readonly schema: Json
}

/** One operation of a tool: where each of its values goes. */
export interface ToolOperation {
  readonly header: readonly ToolField[]
  readonly query: readonly ToolField[]
  readonly path: readonly ToolField[]
  /** Properties of the JSON body. */
  readonly body: readonly ToolField[]
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'trace']
const JSON_BODY = 'application/json'

/** Finds an operation of an OpenAPI 3 document. References (`$ref`) into the document are followed. Undefined when it has none of that id. */
export const findOperation = (document: Json, operationId: string): ToolOperation | undefined => {
  for (const path of Object.values(objectOf(document.paths))) {
    for (const method of METHODS) {
      const operation = objectOf(objectOf(path)[method])
      if (operation.operationId === operationId) return readOperation(document, objectOf(path), operation)
    }
  }
  return undefined
}

/** The properties of an object schema. */
export const propertiesOf = (document: Json, schema: Json): ToolField[] =>
  Object.entries(objectOf(schema.properties)).map(([name, property]) => ({ name, schema: follow(document, property) }))

const readOperation = (document: Json, path: Json, operation: Json): ToolOperation => {
  // An operation's own parameters stand over those of its path (OpenAPI 3.1, section 4.8.10).
  const parameters = new Map<string, { in: unknown; field: ToolField }>()
  for (const item of [...listOf(path.parameters), ...listOf(operation.parameters)]) {
    const parameter = follow(document, item)
    if (typeof parameter.name !== 'string') continue
    const field = { name: parameter.name, schema: follow(document, parameter.schema) }
    parameters.set(`${parameter.in} ${parameter.name}`, { in: parameter.in, field })
  }
  const placed = (place: string) =>
    [...parameters.values()].filter((parameter) => parameter.in === place).map(({ field }) => field)
  const content = objectOf(follow(document, operation.requestBody).content)
  const body = follow(document, objectOf(content[JSON_BODY]).schema)
  return { header: placed('header'), query: placed('query'), path: placed('path'), body: propertiesOf(document, body) }
}

const REFERENCE_STEPS_MAX = 10

const follow = (document: Json, value: unknown): Json => {
  let current = objectOf(value)
  for (let step = 0; typeof current.$ref === 'string' && step < REFERENCE_STEPS_MAX; step += 1) {
    if (!current.$ref.startsWith('#/')) return {}
    const keys = current.$ref.slice(2).split('/')
    current = keys.reduce((at, key) => objectOf(at[key.replaceAll('~1', '/').replaceAll('~0', '~')]), document)
  }
  return current
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
