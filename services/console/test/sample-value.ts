import type { OpenApiDocument, Operation } from '../openapi/open-api-document.ts'

interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  examples?: unknown[]
  format?: string
  pattern?: string
  minLength?: number
  minimum?: number
  minProperties?: number
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  minItems?: number
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

/** A body that an operation takes, from its schema: its examples, else the least that fits. Undefined when it takes no JSON. */
export const sampleBody = (document: OpenApiDocument, operation: Operation): unknown => {
  const { content } = (operation.requestBody ?? {}) as {
    content?: Record<string, { schema?: Schema; example?: unknown }>
  }
  const json = content?.['application/json']
  return json?.example ?? (json?.schema ? sampleOf(document, json.schema) : undefined)
}

const sampleOf = (document: OpenApiDocument, schema: Schema): unknown => {
  const { $ref, anyOf, oneOf, allOf } = schema
  if ($ref) return sampleOf(document, resolve(document, $ref))
  const known = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? schema.default
  if (known !== undefined) return known
  if (allOf) return Object.assign({}, ...allOf.map((part) => sampleOf(document, part) as object))
  const choice = (anyOf ?? oneOf)?.find(({ type }) => type !== 'null')
  return choice ? sampleOf(document, choice) : plainSample(document, schema)
}

const plainSample = (document: OpenApiDocument, schema: Schema): unknown => {
  if (schema.type === 'object' || schema.properties) return sampleObject(document, schema)
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(document, schema.items ?? {}))
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  if (schema.format === 'date-time') return '2030-01-01T00:00:00.000Z'
  if (schema.format === 'uri') return 'https://example.test/'
  return 'x'.repeat(Math.max(1, schema.minLength ?? 1))
}

const sampleObject = (document: OpenApiDocument, { properties = {}, required = [], minProperties = 0 }: Schema) => {
  const names = Object.keys(properties)
  const wanted = required.length > 0 ? required : names.slice(0, Math.max(1, minProperties))
  return Object.fromEntries(wanted.map((name) => [name, sampleOf(document, properties[name] ?? {})]))
}

const resolve = (document: OpenApiDocument, reference: string): Schema =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document) as Schema
