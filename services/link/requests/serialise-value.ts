import { isJson } from '../openapi/json-values.ts'
import type { Style, ToolParameter } from '../openapi/operation.ts'

/** How a value is laid out; what a parameter and an encoding object have in common. */
export type Layout = Pick<ToolParameter, 'name' | 'style' | 'explode' | 'allowReserved'>

/** Percent-encodes all but the unreserved characters (RFC 3986, section 2.3). */
export const encodeText = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, percentEncode)

/**
 * Leaves reserved characters and encoded triples alone (RFC 6570, section 3.2.3), but for those that a query cannot hold or that would end the
 * value: `#`, `[`, `]`, `&` and `+`.
 */
export const encodeReserved = (text: string): string =>
  text
    .toWellFormed()
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURI(part).replaceAll(/[#[\]&+]/g, percentEncode)))
    .join('')

const percentEncode = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/** A scalar as text; what is no scalar, for which the styles have no form inside another value, as JSON. */
export const textOfValue = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What stands for a path template (RFC 6570, sections 3.2.2, 3.2.5 and 3.2.7). */
export const pathValue = (
  { name, style, explode }: Pick<Layout, 'name' | 'style' | 'explode'>,
  value: unknown,
): string => {
  const parts = pathParts(explode, value)
  if (style === 'label') return `.${parts.join(explode ? '.' : ',')}`
  if (style !== 'matrix') return parts.join(',')
  if (!explode) return matrix(encodeText(name), parts.join(','))
  return parts.map((part) => (isJson(value) ? `;${part}` : matrix(encodeText(name), part))).join('')
}

const pathParts = (explode: boolean, value: unknown): string[] => {
  const encode = (part: unknown) => encodeText(textOfValue(part))
  if (Array.isArray(value)) return value.filter(isGiven).map(encode)
  if (!isJson(value)) return [encode(value)]
  const pairs = pairsOf(value).map(([key, part]) => [encodeText(key), encode(part)])
  return explode ? pairs.map((pair) => pair.join('=')) : pairs.flat()
}

/** A matrix parameter without a value has no `=`. */
const matrix = (name: string, text: string): string => (text === '' ? `;${name}` : `;${name}=${text}`)

const DELIMITERS: Partial<Record<Style, string>> = { spaceDelimited: '%20', pipeDelimited: '%7C' }

/** The `name=value` pairs that a parameter adds to a query or a form, encoded (OpenAPI 3.1, section 4.8.12.4; RFC 6570, section 3.2.8). */
export const queryPairs = (layout: Layout, value: unknown): string[] => {
  const encode = (part: unknown) => (layout.allowReserved ? encodeReserved : encodeText)(textOfValue(part))
  const name = encodeText(layout.name)
  const { style, explode } = layout
  if (style === 'deepObject' && (isJson(value) || Array.isArray(value))) return deepPairs(name, value, encode)
  const delimiter = DELIMITERS[style] ?? ','
  if (Array.isArray(value)) {
    const parts = value.filter(isGiven).map(encode)
    if (explode) return parts.map((part) => `${name}=${part}`)
    return parts.length > 0 ? [`${name}=${parts.join(delimiter)}`] : []
  }
  if (isJson(value)) {
    const pairs = pairsOf(value).map(([key, part]) => [encodeText(key), encode(part)] as const)
    if (explode) return pairs.map(([key, part]) => `${key}=${part}`)
    return pairs.length > 0 ? [`${name}=${pairs.flat().join(delimiter)}`] : []
  }
  return [`${name}=${encode(value)}`]
}

/** `filter[price][from]=1`. What lies deeper than one level is not told by OpenAPI; most readers take it like this, and lists as repeated keys. */
const deepPairs = (name: string, value: unknown, encode: (part: unknown) => string): string[] => {
  if (Array.isArray(value)) return value.filter(isGiven).map((part) => `${name}=${encode(part)}`)
  if (!isJson(value)) return [`${name}=${encode(value)}`]
  return pairsOf(value).flatMap(([key, part]) => deepPairs(`${name}%5B${encodeText(key)}%5D`, part, encode))
}

/** The value of a header: laid out as in a path, but not percent-encoded, because nobody decodes headers. */
export const headerValue = ({ explode }: Pick<Layout, 'explode'>, value: unknown): string => {
  if (Array.isArray(value)) return value.filter(isGiven).map(textOfValue).join(',')
  if (!isJson(value)) return textOfValue(value)
  const pairs = pairsOf(value).map(([key, part]) => [key, textOfValue(part)])
  return pairs.map((pair) => pair.join(explode ? '=' : ',')).join(',')
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

const pairsOf = (value: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(value).filter(([, part]) => isGiven(part))
