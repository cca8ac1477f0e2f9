import { CallInvalidError } from '../errors.ts'
import { followReference } from './follow-reference.ts'
import { type Json, listOf, objectOf, textOf } from './json-values.ts'
import type { Place, Style, ToolContent, ToolParameter } from './operation.ts'

/** Styles of each place, the default first (OpenAPI 3.1, section 4.8.12.3). */
const STYLES: Readonly<Record<Place, readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
}

/**
 * The parameters of an operation: its own stand over those of its path item that have the same name and place.
 * @throws ReferenceInvalidError, CallInvalidError for a parameter that cannot be understood
 */
export const readParameters = (document: Json, ...lists: readonly unknown[]): ToolParameter[] => {
  const parameters = new Map<string, ToolParameter>()
  for (const item of lists.flatMap(listOf)) {
    const parameter = readParameter(document, objectOf(followReference(document, item)))
    parameters.set(`${parameter.place} ${parameter.name}`, parameter)
  }
  return [...parameters.values()]
}

const readParameter = (document: Json, fields: Json): ToolParameter => {
  const name = textOf(fields.name)
  const place = (Object.keys(STYLES) as Place[]).find((known) => known === fields.in)
  if (name === '' || !place) {
    throw new CallInvalidError(`A parameter needs a name, and path, query, header or cookie as "in": "${name}".`)
  }
  const [standard = 'simple'] = STYLES[place]
  const style = fields.style === undefined ? standard : STYLES[place].find((known) => known === fields.style)
  if (!style) throw new CallInvalidError(`The ${place} parameter ${name} has a style that is none: ${fields.style}.`)
  const [content] = readContents(document, fields.content)
  return {
    name,
    place,
    required: place === 'path' || fields.required === true,
    description: textOf(fields.description),
    schema: content?.schema ?? schemaOf(fields.schema),
    mediaType: content?.mediaType,
    style,
    explode: typeof fields.explode === 'boolean' ? fields.explode : style === 'form' || style === 'deepObject',
    allowReserved: fields.allowReserved === true,
  }
}

/** The media types of a body, an answer or a parameter. @throws ReferenceInvalidError */
export const readContents = (document: Json, content: unknown): ToolContent[] =>
  Object.entries(objectOf(content)).map(([mediaType, value]) => {
    const fields = objectOf(followReference(document, value))
    return { mediaType, schema: schemaOf(fields.schema), encoding: objectOf(fields.encoding) }
  })

/** A schema may be `true`, which is `{}`, or `false`, which nothing fits. */
const schemaOf = (schema: unknown): Json => (schema === false ? { not: {} } : objectOf(schema))
