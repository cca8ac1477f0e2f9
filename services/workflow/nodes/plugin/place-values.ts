import type { ToolMessage } from '../../engine/flow-services.ts'
import { propertiesOf, type ToolField, type ToolOperation } from './find-operation.ts'

type Values = Readonly<Record<string, unknown>>

/** `x-from` of a value that the platform passes through, rather than the model or the flow. */
const FROM_BUSINESS = 1

/** Where a value is taken from: the node's inputs, or those of them that are passed through by name. */
export interface ToolValues {
  readonly action: Values
  readonly business: Values
}

/**
 * Puts values where an operation wants them. A value that is neither given nor has a default is left out. Objects that are not given are made for the
 * defaults and passed values in them, but not inside of themselves, where a schema refers to itself. Pure.
 */
export const placeValues = (document: Values, operation: ToolOperation, values: ToolValues): ToolMessage => {
  const place = (fields: readonly ToolField[], action: Values, around: readonly Values[]): Record<string, unknown> => {
    const placed: Record<string, unknown> = {}
    for (const { name, schema } of fields) {
      const given = Object.hasOwn(action, name) ? action[name] : undefined
      const properties = propertiesOf(document, schema)
      const value =
        properties.length === 0
          ? pick(schema, name, { action, business: values.business })
          : isValues(given)
            ? place(properties, given, [])
            : (given ?? makeObject(schema, properties, around))
      if (value !== undefined && value !== null) placed[name] = value
    }
    return placed
  }
  const makeObject = (schema: Values, properties: readonly ToolField[], around: readonly Values[]): unknown => {
    if (around.includes(schema)) return undefined
    const made = place(properties, {}, [...around, schema])
    return Object.keys(made).length > 0 ? made : undefined
  }
  return {
    header: place(operation.header, values.action, []),
    query: place(operation.query, values.action, []),
    path: place(operation.path, values.action, []),
    body: place(operation.body, values.action, []),
  }
}

const pick = (schema: Values, name: string, { action, business }: ToolValues): unknown => {
  const source = schema['x-from'] === FROM_BUSINESS ? business : action
  const value = Object.hasOwn(source, name) ? source[name] : undefined
  return value ?? schema.default
}

/** The values of these names, wherever in the inputs they are; those nearest to the top win. */
export const findBusinessValues = (names: readonly string[], inputs: Values): Record<string, unknown> => {
  const wanted = new Set(names)
  const found: Record<string, unknown> = {}
  let level: unknown[] = wanted.size > 0 ? [inputs] : []
  while (level.length > 0 && wanted.size > 0) {
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const [name, item] of Object.entries(value)) {
        if (!Array.isArray(value) && wanted.delete(name)) found[name] = item
        next.push(item)
      }
    }
    level = next
  }
  return found
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
