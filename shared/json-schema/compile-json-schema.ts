/** Checks a value; the text tells what is wrong and where (`['properties','n','type']: …`). Undefined when it fits. */
export type JsonSchemaCheck = (value: unknown) => string | undefined

type Schema = Readonly<Record<string, unknown>>

/**
 * Compiles a JSON Schema (draft-07: the keywords that flow definitions use; others are ignored) to a check.
 * @param path where the schema stands, for messages
 */
export const compileJsonSchema = (schema: Schema, path: readonly string[] = []): JsonSchemaCheck => {
  const checks = [
    checkType(schema, path),
    checkValues(schema, path),
    checkBounds(schema, path),
    ...checkProperties(schema, path),
    ...checkItems(schema, path),
  ].filter((check) => check !== undefined)
  if (checks.length === 1 && checks[0]) return checks[0]
  return (value) => {
    for (const check of checks) {
      const fault = check(value)
      if (fault) return fault
    }
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fault = (path: readonly string[], keyword: string, text: string): string =>
  `Field: [${[...path, keyword].map((part) => `'${part}'`).join(',')}], Error: ${text}`

const TYPE_TESTS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  array: Array.isArray,
  object: isObject,
  null: (value) => value === null,
}

const checkType = (schema: Schema, path: readonly string[]): JsonSchemaCheck | undefined => {
  if (schema.type === undefined) return undefined
  const names = (Array.isArray(schema.type) ? schema.type : [schema.type]).map(String)
  const tests = names.map((name) => TYPE_TESTS[name]).filter((test) => test !== undefined)
  if (tests.length === 0) return undefined
  const message = fault(path, 'type', `the value is not of type ${names.join(' or ')}`)
  const [first] = tests
  if (tests.length === 1 && first) return (value) => (first(value) ? undefined : message)
  return (value) => (tests.some((test) => test(value)) ? undefined : message)
}

const checkValues = (schema: Schema, path: readonly string[]): JsonSchemaCheck | undefined => {
  if (!Array.isArray(schema.enum)) return undefined
  const allowed = new Set(schema.enum.map((value) => JSON.stringify(value)))
  const message = fault(path, 'enum', `the value is none of ${[...allowed].join(', ')}`)
  return (value) => (allowed.has(JSON.stringify(value)) ? undefined : message)
}

const checkBounds = (schema: Schema, path: readonly string[]): JsonSchemaCheck | undefined => {
  const tests: [string, (value: unknown, limit: number) => boolean][] = [
    ['minimum', (value, limit) => typeof value !== 'number' || value >= limit],
    ['maximum', (value, limit) => typeof value !== 'number' || value <= limit],
    ['minLength', (value, limit) => typeof value !== 'string' || [...value].length >= limit],
    ['maxLength', (value, limit) => typeof value !== 'string' || [...value].length <= limit],
    ['minItems', (value, limit) => !Array.isArray(value) || value.length >= limit],
    ['maxItems', (value, limit) => !Array.isArray(value) || value.length <= limit],
  ]
  const used = tests.filter(([keyword]) => typeof schema[keyword] === 'number')
  if (used.length === 0) return undefined
  return (value) => {
    const broken = used.find(([keyword, test]) => !test(value, Number(schema[keyword])))
    return broken && fault(path, broken[0], `the limit is ${schema[broken[0]]}`)
  }
}

const checkProperties = (schema: Schema, path: readonly string[]): JsonSchemaCheck[] => {
  const checks: JsonSchemaCheck[] = []
  const required = Array.isArray(schema.required) ? schema.required.map(String) : []
  if (required.length > 0) {
    checks.push((value) => {
      const missing = isObject(value) ? required.find((name) => !Object.hasOwn(value, name)) : undefined
      return missing === undefined ? undefined : fault(path, 'required', `'${missing}' is missing`)
    })
  }
  if (!isObject(schema.properties)) return checks
  const known = Object.entries(schema.properties).filter((entry): entry is [string, Schema] => isObject(entry[1]))
  for (const [name, property] of known) {
    const check = compileJsonSchema(property, [...path, 'properties', name])
    checks.push((value) => (isObject(value) && Object.hasOwn(value, name) ? check(value[name]) : undefined))
  }
  if (schema.additionalProperties === false) {
    const names = new Set(known.map(([name]) => name))
    checks.push((value) => {
      const extra = isObject(value) ? Object.keys(value).find((name) => !names.has(name)) : undefined
      return extra === undefined ? undefined : fault(path, 'additionalProperties', `'${extra}' is not declared`)
    })
  }
  return checks
}

const checkItems = (schema: Schema, path: readonly string[]): JsonSchemaCheck[] => {
  if (!isObject(schema.items)) return []
  const check = compileJsonSchema(schema.items, [...path, 'items'])
  return [
    (value) => {
      if (!Array.isArray(value)) return undefined
      for (const item of value) {
        const found = check(item)
        if (found) return found
      }
      return undefined
    },
  ]
}
