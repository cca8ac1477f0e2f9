import { closeSchema, type SchemaPurpose } from './close-schema.ts'
import { type Json, textOf } from './json-values.ts'
import type { Place, ToolOperation, ToolParameter } from './operation.ts'

const PLACES: readonly Place[] = ['path', 'query', 'header', 'cookie']

/** True when a document is of OpenAPI 3.0. */
export const isVersion30 = (document: Json): boolean => textOf(document.openapi).startsWith('3.0')

/**
 * What a call of an operation takes, as one JSON Schema (2020-12) of an object `{path, query, header, cookie, body}`: the arguments of a model's function.
 * Places without parameters are left out. Pure.
 */
export const inputSchemaOf = (document: Json, operation: ToolOperation): Record<string, unknown> => {
  const purpose: SchemaPurpose = { direction: 'request', isVersion30: isVersion30(document) }
  const properties: Record<string, unknown> = {}
  const required: string[] = []
  for (const place of PLACES) {
    const parameters = operation.parameters.filter((parameter) => parameter.place === place)
    if (parameters.length === 0) continue
    properties[place] = placeSchema(parameters)
    if (parameters.some((parameter) => parameter.required)) required.push(place)
  }
  const [content] = operation.body?.contents ?? []
  if (operation.body && content) {
    const { description } = operation.body
    properties.body = description === '' ? content.schema : { allOf: [content.schema], description }
    if (operation.body.required) required.push('body')
  }
  return closeSchema(
    document,
    { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false },
    purpose,
  )
}

const placeSchema = (parameters: readonly ToolParameter[]): Json => {
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, schema, description }) => [
        name,
        description === '' || schema.description !== undefined
          ? schema
          : schema.$ref === undefined
            ? { ...schema, description }
            : { allOf: [schema], description },
      ]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  }
}
