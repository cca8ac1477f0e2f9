import { CallInvalidError, ServerMissingError } from '../errors.ts'
import { followReference } from '../openapi/follow-reference.ts'
import { type Json, objectOf } from '../openapi/json-values.ts'
import type { ToolOperation, ToolParameter } from '../openapi/operation.ts'
import type { CallValues, ToolRequest } from './call-values.ts'
import { encodeBody } from './encode-body.ts'
import { setHeader } from './header-rules.ts'
import { isJsonType } from './media-type.ts'
import { encodeText, headerValue, pathValue, queryPairs, textOfValue } from './serialise-value.ts'

/** Methods whose requests carry no body (RFC 9110, section 9.3). */
const BODILESS = new Set(['GET', 'HEAD', 'TRACE'])

/**
 * The request that a call of an operation is. Values that no parameter is declared for go into the query, the headers and the cookies as they are, because
 * documents are often less than complete; into the path nothing goes that its template does not name.
 * @throws CallInvalidError, BodyTypeError, ServerMissingError, ReferenceInvalidError
 */
export const buildRequest = (document: Json, operation: ToolOperation, values: CallValues): ToolRequest => {
  if (operation.server === undefined) throw new ServerMissingError('there is no servers entry')
  const at: Placing = { document, operation, values }
  const url = joinUrl(operation.server, expandPath(at), placed(at, 'query', queryOf))
  const headers = new Headers({ accept: acceptOf(operation), 'user-agent': 'Orrery' })
  placeHeaders(at, headers)
  const cookies = placed(at, 'cookie', queryOf)
  if (cookies.length > 0) {
    const before = headers.get('cookie')
    headers.set('cookie', [...(before === null ? [] : [before]), ...cookies].join('; '))
  }
  return { method: operation.method, url, headers, body: placeBody(at, headers) }
}

interface Placing {
  readonly document: Json
  readonly operation: ToolOperation
  readonly values: CallValues
}

const own = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined

const expandPath = ({ document, operation, values }: Placing): string => {
  const segments = operation.path.split('/').map((segment) => {
    const expanded = segment.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
      const parameter = operation.parameters.find((known) => known.place === 'path' && known.name === name)
      const given = own(values.path, name) ?? (parameter && defaultOf(document, parameter))
      if (given === undefined || given === null) throw new CallInvalidError(`The path parameter ${name} is missing.`)
      return parameter?.mediaType === undefined
        ? pathValue(parameter ?? { name, style: 'simple', explode: false }, given)
        : encodeText(contentText(parameter, given))
    })
    // A URL takes these for the way up, encoded or not, so that another path would be called.
    if (segment !== expanded && /^(\.|%2e){1,2}$/i.test(expanded)) {
      throw new CallInvalidError(`"${expanded}" cannot stand for ${segment} in a path.`)
    }
    return expanded
  })
  return segments.join('/')
}

const defaultOf = (document: Json, { schema }: ToolParameter): unknown =>
  objectOf(followReference(document, schema)).default

/** What the parameters of a place and the values without one become. */
const placed = (
  { operation, values }: Placing,
  place: 'query' | 'cookie',
  toPairs: (parameter: ToolParameter, value: unknown) => string[],
): string[] =>
  Object.entries(values[place])
    .filter(([, value]) => value !== undefined && value !== null)
    .flatMap(([name, value]) => {
      const declared = operation.parameters.find((parameter) => parameter.place === place && parameter.name === name)
      return toPairs(declared ?? undeclared(name, place), value)
    })

const undeclared = (name: string, place: 'query' | 'cookie'): ToolParameter => ({
  name,
  place,
  required: false,
  description: '',
  schema: {},
  mediaType: undefined,
  style: 'form',
  explode: true,
  allowReserved: false,
})

const queryOf = (parameter: ToolParameter, value: unknown): string[] =>
  parameter.mediaType === undefined
    ? queryPairs(parameter, value)
    : [`${encodeText(parameter.name)}=${encodeText(contentText(parameter, value))}`]

/** A parameter that is one document: JSON, or text as it is. */
const contentText = ({ mediaType }: ToolParameter, value: unknown): string =>
  isJsonType(mediaType ?? '') ? JSON.stringify(value) : textOfValue(value)

const placeHeaders = ({ operation, values }: Placing, headers: Headers): void => {
  for (const [name, value] of Object.entries(values.header)) {
    if (value === undefined || value === null) continue
    const declared = operation.parameters.find(
      (parameter) => parameter.place === 'header' && parameter.name.toLowerCase() === name.toLowerCase(),
    )
    const text =
      declared?.mediaType === undefined
        ? headerValue(declared ?? { explode: false }, value)
        : contentText(declared, value)
    setHeader(headers, name, text)
  }
}

const placeBody = ({ document, operation, values }: Placing, headers: Headers): ToolRequest['body'] => {
  const { body: value } = values
  if (value === undefined || BODILESS.has(operation.method)) return undefined
  // A body that is not declared goes as JSON, unless there is nothing in it.
  const declared = operation.body?.contents.length ? operation.body : undefined
  if (!declared && typeof value === 'object' && Object.keys(value ?? {}).length === 0) return undefined
  const contents = declared?.contents ?? [{ mediaType: 'application/json', schema: {}, encoding: {} }]
  const body = encodeBody(
    document,
    { required: false, description: '', contents },
    { value, contentType: values.contentType, boundary: `orrery-${crypto.randomUUID()}` },
  )
  headers.set('content-type', body.contentType)
  return body.content
}

const acceptOf = ({ answers }: ToolOperation): string => {
  const types = answers
    .filter(({ status }) => /^2/.test(status))
    .flatMap(({ contents }) => contents.map(({ mediaType }) => mediaType))
  return types.length > 0 ? [...new Set(types), '*/*;q=0.1'].join(', ') : '*/*'
}

const joinUrl = (server: string, path: string, pairs: readonly string[]): URL => {
  const base = URL.parse(server)
  if (!base || !/^https?:$/.test(base.protocol)) throw new ServerMissingError(`"${server}" is no absolute http(s) URL`)
  const query = [base.search.replace(/^\?/, ''), ...pairs].filter((part) => part !== '').join('&')
  const url = URL.parse(`${base.origin}${base.pathname.replace(/\/$/, '')}${path}${query === '' ? '' : `?${query}`}`)
  if (!url || url.origin !== base.origin) throw new CallInvalidError('The values make no URL of that server.')
  if (base.username || base.password) throw new ServerMissingError('its address carries credentials')
  return url
}
