import { type Fields, isFields } from '../wire/read-fields.ts'

/** Deeper than this nobody describes arguments; documents that refer to themselves end here too. */
const DEPTH_MAX = 8

/** Keywords of a schema that help a model to fill it; the rest of them is for other readers. */
const KEPT = ['type', 'description', 'enum', 'format', 'minimum', 'maximum', 'pattern', 'default'] as const

/** A schema with its `$ref` followed within the document; the schema itself where it leads nowhere. Pure. */
export const followReference = (document: Fields, schema: unknown, depth = 0): Fields => {
  if (!isFields(schema)) return {}
  const { $ref } = schema
  if (typeof $ref !== 'string' || depth > DEPTH_MAX) return schema
  if (!$ref.startsWith('#/')) return schema
  const found = $ref
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (isFields(value) ? value[part] : undefined), document)
  return followReference(document, found, depth + 1)
}

/** A schema as a model gets to read it. Pure. */
export const toModelSchema = (document: Fields, schema: unknown, depth = 0): Record<string, unknown> => {
  const found = followReference(document, schema)
  const shown: Record<string, unknown> = {}
  for (const key of KEPT) if (found[key] !== undefined) shown[key] = found[key]
  if (depth >= DEPTH_MAX) return shown
  if (isFields(found.properties)) {
    shown.properties = Object.fromEntries(
      Object.entries(found.properties).map(([name, part]) => [name, toModelSchema(document, part, depth + 1)]),
    )
    if (Array.isArray(found.required)) shown.required = found.required
  }
  if (isFields(found.items)) shown.items = toModelSchema(document, found.items, depth + 1)
  for (const choice of ['anyOf', 'oneOf', 'allOf'] as const) {
    const parts = found[choice]
    if (Array.isArray(parts)) shown[choice] = parts.map((part) => toModelSchema(document, part, depth + 1))
  }
  return shown
}
