import { followReference } from '../openapi/follow-reference.ts'
import { isJson, type Json, objectOf } from '../openapi/json-values.ts'
import type { Style, ToolContent } from '../openapi/operation.ts'
import { encodeText, queryPairs, textOfValue } from './serialise-value.ts'

/**
 * `application/x-www-form-urlencoded` (OpenAPI 3.1, section 4.8.14.5). A property is laid out as its encoding object says; without one, lists repeat their
 * key and objects are JSON. Spaces are `+`.
 */
export const encodeForm = (document: Json, content: ToolContent, value: Json): string =>
  Object.entries(value)
    .filter(([, part]) => part !== undefined && part !== null)
    .flatMap(([name, part]) => formPairs(name, part, objectOf(followReference(document, content.encoding[name]))))
    .map((pair) => pair.replaceAll('%20', '+'))
    .join('&')

const formPairs = (name: string, value: unknown, encoding: Json): string[] => {
  const isStyled = 'style' in encoding || 'explode' in encoding || 'allowReserved' in encoding
  if (!isStyled) {
    const parts = Array.isArray(value) && encoding.contentType === undefined ? value : [value]
    return parts.map((part) => `${encodeText(name)}=${encodeText(textOfValue(part))}`)
  }
  const style = (typeof encoding.style === 'string' ? encoding.style : 'form') as Style
  const explode = typeof encoding.explode === 'boolean' ? encoding.explode : style === 'form' || style === 'deepObject'
  return queryPairs({ name, style, explode, allowReserved: encoding.allowReserved === true }, value)
}

/** True for what a form can be made of. */
export const isFormValue = (value: unknown): value is Json => isJson(value)
