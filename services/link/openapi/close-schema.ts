import { AppError } from '#shared/errors/app-error.ts'
import { followReference } from './follow-reference.ts'
import { isJson, type Json, listOf } from './json-values.ts'

export interface SchemaPurpose {
  /** What the caller gives lacks read-only properties, what is answered lacks write-only ones. */
  readonly direction: 'request' | 'response'
  /** True for OpenAPI 3.0, whose schemas are no JSON Schema. */
  readonly isVersion30: boolean
}

/** Schemas of one call deeper than this, or more of them, are cut: anything fits there. */
const DEPTH_MAX = 64
const DEFINITIONS_MAX = 500

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const SCHEMA = new Set([
  ...['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'additionalProperties', 'additionalItems'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
])
const SCHEMAS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const NAMED_SCHEMAS = new Set(['properties', 'patternProperties', 'dependentSchemas'])
/** Values that are no schemas although they may look like some. */
const PLAIN = new Set(['enum', 'const', 'default', 'example', 'examples', 'required', 'type', 'dependentRequired'])
/** Regular expressions of a document would be run here, on answers, and some take for ever. Models read them as they are. */
const EXPRESSIONS = new Set(['pattern', 'patternProperties', 'propertyNames'])
/** What says nothing about which values fit, or belongs to the document. */
const DROPPED = new Set([
  'xml',
  'externalDocs',
  'discriminator',
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$schema',
  '$defs',
  '$comment',
  'definitions',
])

/**
 * A schema that stands alone: what it refers to is in its `$defs`, however circular, and OpenAPI 3.0's own ways are said in JSON Schema 2020-12
 * (`nullable`, boolean `exclusiveMinimum`, `example`). A reference to nothing fits anything. Pure.
 */
export const closeSchema = (document: Json, schema: unknown, purpose: SchemaPurpose): Record<string, unknown> => {
  const names = new Map<string, string>()
  const definitions: Record<string, unknown> = {}

  const refer = (reference: string, depth: number): Record<string, unknown> => {
    const known = names.get(reference)
    if (known !== undefined) return { $ref: `#/$defs/${known}` }
    if (names.size >= DEFINITIONS_MAX) return {}
    const name = uniqueName(reference, definitions)
    names.set(reference, name)
    definitions[name] = {}
    definitions[name] = close(targetOf(document, reference), depth + 1)
    return { $ref: `#/$defs/${name}` }
  }

  const close = (value: unknown, depth: number): unknown => {
    if (typeof value === 'boolean') return value
    if (!isJson(value) || depth > DEPTH_MAX) return {}
    if (typeof value.$ref === 'string') {
      const { $ref, ...beside } = value
      const referred = refer($ref, depth)
      // In 3.0 what stands beside a reference is ignored.
      if (purpose.isVersion30 || Object.keys(beside).length === 0) return referred
      return { ...referred, ...closeFields(beside, depth) }
    }
    return closeFields(value, depth)
  }

  const closeFields = (fields: Json, depth: number): Record<string, unknown> => {
    const closed: Record<string, unknown> = {}
    for (const [keyword, value] of Object.entries(fields)) {
      const kept = closeKeyword(keyword, value, depth)
      if (kept !== undefined) closed[keyword] = kept
    }
    withoutOneWay(closed, { fields, document, direction: purpose.direction })
    return purpose.isVersion30 ? fromVersion30(closed) : closed
  }

  const closeKeyword = (keyword: string, value: unknown, depth: number): unknown => {
    if (isDropped(keyword, purpose)) return undefined
    if (SCHEMA.has(keyword)) return close(value, depth + 1)
    if (SCHEMAS.has(keyword)) return listOf(value).map((part) => close(part, depth + 1))
    if (NAMED_SCHEMAS.has(keyword)) return isJson(value) ? closeNamed(value, depth) : undefined
    return PLAIN.has(keyword) || !isJson(value) ? value : undefined
  }

  const closeNamed = (value: Json, depth: number) =>
    Object.fromEntries(Object.entries(value).map(([name, part]) => [name, close(part, depth + 1)]))

  const closed = close(schema, 0)
  const result = isJson(closed) ? { ...closed } : closed === false ? { not: {} } : {}
  return Object.keys(definitions).length > 0 ? { ...result, $defs: definitions } : result
}

const isDropped = (keyword: string, { direction }: SchemaPurpose): boolean =>
  DROPPED.has(keyword) || keyword.startsWith('x-') || (direction === 'response' && EXPRESSIONS.has(keyword))

const targetOf = (document: Json, reference: string): unknown => {
  try {
    return followReference(document, { $ref: reference })
  } catch (error) {
    if (error instanceof AppError) return {}
    throw error
  }
}

const uniqueName = (reference: string, taken: Readonly<Record<string, unknown>>): string => {
  const base = (reference.split('/').at(-1) ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '_') || 'schema'
  if (!Object.hasOwn(taken, base)) return base
  for (let number = 2; ; number += 1) if (!Object.hasOwn(taken, `${base}_${number}`)) return `${base}_${number}`
}

/** Takes properties out that do not travel in this direction. */
const withoutOneWay = (
  closed: Record<string, unknown>,
  { fields, document, direction }: { fields: Json; document: Json; direction: SchemaPurpose['direction'] },
): void => {
  if (!isJson(fields.properties) || !isJson(closed.properties)) return
  const keyword = direction === 'request' ? 'readOnly' : 'writeOnly'
  const absent = new Set(
    Object.entries(fields.properties)
      .filter(([, property]) => isJson(property) && propertyOf(document, property)[keyword] === true)
      .map(([name]) => name),
  )
  if (absent.size === 0) return
  closed.properties = Object.fromEntries(Object.entries(closed.properties).filter(([name]) => !absent.has(name)))
  const required = listOf(fields.required).filter((name) => !absent.has(String(name)))
  delete closed.required
  if (required.length > 0) closed.required = required
}

const propertyOf = (document: Json, property: Json): Json => {
  const target = typeof property.$ref === 'string' ? targetOf(document, property.$ref) : property
  return isJson(target) ? target : {}
}

/** OpenAPI 3.0.4, section 4.7.24, in JSON Schema 2020-12. */
const fromVersion30 = (closed: Record<string, unknown>): Record<string, unknown> => {
  const { nullable, example, ...schema } = closed
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue
    if (schema[exclusive] && schema[bound] !== undefined) {
      schema[exclusive] = schema[bound]
      delete schema[bound]
    } else delete schema[exclusive]
  }
  if (example !== undefined && schema.examples === undefined) schema.examples = [example]
  if (nullable !== true) return schema
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null']
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  return schema
}
