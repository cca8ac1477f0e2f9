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
  const at: Place = { document, ...values, around: [] }
  return {
    header: placeFields(operation.header, at),
    query: placeFields(operation.query, at),
    path: placeFields(operation.path, at),
    body: placeFields(operation.body, at),
  }
}

interface Place extends ToolValues {
  readonly document: Values
  /** Schemas of the objects around that were not given. */
  readonly around: readonly Values[]
}

const placeFields = (fields: readonly ToolField[], at: Place): Record<string, unknown> => {
  const placed: Record<string, unknown> = {}
  for (const field of fields) {
    const value = findValue(field, at)
    if (value !== undefined && value !== null) placed[field.name] = value
  }
  return placed
}

const findValue = ({ name, schema }: ToolField, at: Place): unknown => {
  const properties = propertiesOf(at.document, schema)
  if (properties.length === 0) {
    return read(schema['x-from'] === FROM_BUSINESS ? at.business : at.action, name) ?? schema.default
  }
  const given = read(at.action, name)
  if (isValues(given)) return placeFields(properties, { ...at, action: given, around: [] })
  if (given !== undefined && given !== null) return given
  if (at.around.includes(schema)) return undefined
  const made = placeFields(properties, { ...at, action: {}, around: [...at.around, schema] })
  return Object.keys(made).length > 0 ? made : undefined
}

const read = (values: Values, name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined)

/** The values of these names, wherever in the inputs they are; those nearest to the top win. */
export const findBusinessValues = (names: readonly string[], inputs: Values): Record<string, unknown> => {
  const wanted = new Set(names)
  const found: Record<string, unknown> = {}
  let level: readonly unknown[] = [inputs]
  while (level.length > 0 && wanted.size > 0) {
    for (const [name, value] of level.filter(isValues).flatMap(Object.entries)) {
      if (wanted.delete(name)) found[name] = value
    }
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return found
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
