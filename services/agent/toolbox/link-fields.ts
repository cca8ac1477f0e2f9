import type { LinkField } from '../loop/link-operation.ts'
import { type Fields, isFields } from '../wire/read-fields.ts'
import { followReference, toModelSchema } from './link-schema.ts'

/** The values of one part of a call, and what the model sees of them. */
export interface LinkPart {
  fields: LinkField[]
  properties: Record<string, unknown>
  required: string[]
}

export const NO_PART: LinkPart = { fields: [], properties: {}, required: [] }

/** Says of a schema, with the parameter object around it where there is one, who fills it. */
export type Marking = (schema: Fields, around?: Fields) => LinkField['from']

/**
 * By the console's markers: `x-display` says whether the model fills a value; without it `x-from` does (0 model, 1 business, 2 default).
 * Pure.
 */
export const markedFrom: Marking = (schema, around = {}) => {
  const display = schema['x-display'] ?? around['x-display']
  const from = schema['x-from'] ?? around['x-from']
  if (display === true || display === 1 || display === 'true') return 'model'
  if (from === 1) return 'business'
  if (display !== undefined && display !== null) return 'default'
  if (from === 0) return 'model'
  return from === undefined || from === null ? 'any' : 'default'
}

/** For documents that hold no marker at all: they were not made for the console, and every value is the model's. */
export const unmarkedFrom: Marking = () => 'model'

/** The parameters at one place (`query`, `path`, `header`). Pure. */
export const readParameters = (
  document: Fields,
  parameters: readonly Fields[],
  options: { place: string; marking: Marking; shown: boolean },
): LinkPart => {
  const part: LinkPart = { fields: [], properties: {}, required: [] }
  for (const parameter of parameters) {
    if (parameter.in !== options.place || typeof parameter.name !== 'string') continue
    const { name } = parameter
    const schema = followReference(document, parameter.schema)
    const marked = options.marking(schema, parameter)
    // Only leaves of bodies are taken where nothing marks them.
    const from = marked === 'any' ? 'default' : marked
    part.fields.push({ name, from, ...fallbackOf(schema) })
    if (from !== 'model' || !options.shown) continue
    const description = typeof parameter.description === 'string' ? { description: parameter.description } : {}
    part.properties[name] = { ...toModelSchema(document, schema), ...description }
    if (parameter.required === true) part.required.push(name)
  }
  return part
}

/** Deeper bodies than this are cut off: a schema may refer to itself. */
const DEPTH_MAX = 8

/** A body that is filled by markers: objects are opened, and their leaves shown in one level. Pure. */
export const readMarkedBody = (document: Fields, schema: Fields, depth = 0): LinkPart => {
  const part: LinkPart = { fields: [], properties: {}, required: namesIn(schema.required) }
  if (depth > DEPTH_MAX || !isFields(schema.properties)) return part
  for (const [name, value] of Object.entries(schema.properties)) {
    const leaf = followReference(document, value)
    if (isFields(leaf.properties)) {
      const inner = readMarkedBody(document, leaf, depth + 1)
      part.fields.push({ name, from: 'default', fields: inner.fields })
      Object.assign(part.properties, inner.properties)
      part.required.push(...inner.required)
      continue
    }
    const from = markedFrom(leaf)
    part.fields.push({ name, from, ...fallbackOf(leaf) })
    if (from === 'model') part.properties[name] = toModelSchema(document, leaf)
  }
  return part
}

/** A body without markers: the model sees its properties as they are, nested ones too. Pure. */
export const readPlainBody = (document: Fields, schema: Fields): LinkPart => {
  if (!isFields(schema.properties)) return NO_PART
  const entries = Object.entries(schema.properties)
  return {
    fields: entries.map(([name, value]) => ({
      name,
      from: 'model',
      ...fallbackOf(followReference(document, value)),
    })),
    properties: Object.fromEntries(entries.map(([name, value]) => [name, toModelSchema(document, value)])),
    required: namesIn(schema.required),
  }
}

const fallbackOf = (schema: Fields): { fallback?: unknown } =>
  schema.default === undefined ? {} : { fallback: schema.default }

const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : []
