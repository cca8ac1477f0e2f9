type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

/**
 * Rewrites what TypeBox says in JSON Schema into what OpenAPI 3.0 understands (its section 4.7.24): `null` as a member of a choice becomes
 * `nullable`, `const` an `enum`, `examples` an `example`, and Elysia's "a number, or a text that holds one" the number alone.
 */
export const toOpenApiSchemas = (value: unknown): unknown => rewrite(value as Json)

const rewrite = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(rewrite)
  if (typeof value !== 'object' || value === null) return value
  const schema = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, rewrite(child)]))
  return withExample(withEnum(Array.isArray(schema.anyOf) ? withoutNull(schema, schema.anyOf) : schema))
}

const withoutNull = (schema: JsonObject, members: Json[]): Json => {
  const { anyOf: _, ...rest } = schema
  const isNull = (member: Json) => isObject(member) && member.type === 'null'
  const wanted = withoutNumberTexts(members.filter((member) => !isNull(member)))
  const nullable = members.some(isNull) ? { nullable: true } : {}
  const constants = wanted.flatMap((member) => (isObject(member) && Array.isArray(member.enum) ? member.enum : []))
  const [only] = wanted
  if (wanted.length === 1 && isObject(only)) return { ...only, ...rest, ...nullable }
  const isEnum = wanted.length > 0 && wanted.every((member) => isObject(member) && Array.isArray(member.enum))
  if (isEnum && isObject(only))
    return { ...(only.type ? { type: only.type } : {}), ...rest, enum: constants, ...nullable }
  return { ...rest, anyOf: wanted, ...nullable }
}

const NUMBER_FORMATS = new Set<Json | undefined>(['integer', 'numeric'])
const withoutNumberTexts = (members: Json[]): Json[] => {
  const isNumberText = (member: Json) =>
    isObject(member) && member.type === 'string' && NUMBER_FORMATS.has(member.format)
  const isNumber = (member: Json) => isObject(member) && (member.type === 'integer' || member.type === 'number')
  return members.some(isNumber) ? members.filter((member) => !isNumberText(member)) : members
}

const withEnum = (schema: Json): Json => {
  if (!isObject(schema) || !isScalar(schema.const)) return schema
  const { const: only, ...rest } = schema
  return { ...rest, enum: [only as Json] }
}

/** Only where it stands among the words of a schema: a field may be called `examples` too. */
const withExample = (schema: Json): Json => {
  if (!isObject(schema) || !Array.isArray(schema.examples) || schema.examples.length === 0) return schema
  const { examples, ...rest } = schema
  return { ...rest, example: (examples as Json[])[0] ?? null }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isScalar = (value: Json | undefined) => ['string', 'number', 'boolean'].includes(typeof value)
